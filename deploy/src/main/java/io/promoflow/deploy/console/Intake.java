package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ingestion has counted so far.
 *
 * @param rejected by reason
 */
public record Intake(long in, long accepted, long duplicate, Map<String, Long> rejected) {
  private static final String NOTHING_YET = "ingestion.intake_counts";

  /** The counts in the store; all 0 before ingestion ever ran. */
  public static Intake read(Postgres postgres) throws SQLException {
    if (!Sql.exists(postgres, NOTHING_YET)) {
      return new Intake(0, 0, 0, Map.of());
    }
    var rejected = new TreeMap<String, Long>();
    Sql.rows(
        postgres,
        "SELECT reason, sum(events) FROM ingestion.intake_counts WHERE outcome = 'rejected'"
            + " GROUP BY reason HAVING sum(events) > 0",
        row -> rejected.put(row.getString(1), row.getLong(2)));
    return Sql.rows(
            postgres,
            "SELECT events_in, accepted, duplicate FROM ingestion.intake",
            row -> new Intake(row.getLong(1), row.getLong(2), row.getLong(3), rejected))
        .get(0);
  }

  /** What came in since an earlier reading. */
  public Intake since(Intake before) {
    var more = new TreeMap<String, Long>();
    rejected.forEach(
        (reason, n) -> {
          long since = n - before.rejected.getOrDefault(reason, 0L);
          if (since != 0) {
            more.put(reason, since);
          }
        });
    return new Intake(
        in - before.in, accepted - before.accepted, duplicate - before.duplicate, more);
  }

  public long rejectedInAll() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }
}
