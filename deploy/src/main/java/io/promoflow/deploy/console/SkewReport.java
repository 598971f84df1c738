package io.promoflow.deploy.console;

import io.promoflow.features.flink.BackfillOptions;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;

/**
 * How live feature rows compare with the same rows computed again from the events. Numbers are
 * written with all their digits, so equal JSON is equal to the last bit.
 *
 * @param rows rows on either side
 * @param equal the same on both
 * @param different on both, with another value
 * @param onlyLive not computed again
 * @param onlyRecomputed missing among the live ones
 * @param late events that the live job put aside as late; the recomputation has them in time
 */
public record SkewReport(
    long rows, long equal, long different, long onlyLive, long onlyRecomputed, long late) {
  private static final String COMPARE =
      """
      SELECT count(*),
        count(*) FILTER (WHERE h.features = r.features AND h.categories = r.categories),
        count(*) FILTER (WHERE h.features <> r.features OR h.categories <> r.categories),
        count(*) FILTER (WHERE r.shopper_id IS NULL),
        count(*) FILTER (WHERE h.shopper_id IS NULL)
      FROM (SELECT * FROM features.shopper_feature_history WHERE as_of <= ?) h
      FULL JOIN features.recomputed_features r USING (shopper_id, as_of)
      """;

  /** Whether there are rows and all are equal. */
  public boolean holds() {
    return rows > 0 && equal == rows;
  }

  /** Computes everything again, up to where the live job is, and compares. */
  public static SkewReport take(Settings settings, PrintWriter out) throws Exception {
    Postgres postgres = ConnectionOptions.from(settings).postgres();
    Instant clock = Recomputation.liveClock(settings);
    out.printf("computing all rows until %s again%n", clock);
    out.flush();
    if (Sql.exists(postgres, "features.recomputed_features")) {
      try (var connection = Sql.connect(postgres);
          var statement = connection.createStatement()) {
        statement.execute("TRUNCATE features.recomputed_features");
      }
    }
    Recomputation.run(
        settings.with(
            Map.of(
                BackfillOptions.SCRATCH.key(),
                "true",
                BackfillOptions.UNTIL.key(),
                clock.toString())),
        out);
    long late = Sql.number(postgres, "SELECT count(*) FROM features.late_events");
    return Sql.rows(
            postgres,
            COMPARE,
            row ->
                new SkewReport(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    late),
            java.sql.Timestamp.from(clock))
        .get(0);
  }
}
