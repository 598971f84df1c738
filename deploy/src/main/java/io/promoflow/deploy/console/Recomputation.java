package io.promoflow.deploy.console;

import io.promoflow.features.flink.BackfillJob;
import io.promoflow.features.flink.BackfillOptions;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A backfill in a Flink of its own, in this process, told about while it runs. */
final class Recomputation {
  private static final int PARALLELISM = 2;
  private static final int TELL_EVERY_SECONDS = 5;

  private Recomputation() {}

  /** How far the live job is; refuses when it never was anywhere. */
  static Instant liveClock(Settings settings) throws SQLException {
    Postgres postgres = ConnectionOptions.from(settings).postgres();
    List<Instant> clock =
        Sql.exists(postgres, "features.event_time_clock")
            ? Sql.rows(
                postgres,
                "SELECT at FROM features.event_time_clock WHERE name = 'features'",
                row -> row.getTimestamp(1).toInstant())
            : List.of();
    if (clock.isEmpty()) {
      throw new SettingsException(
          "features.event_time_clock is empty: no feature job has run yet, so say --to MOMENT");
    }
    return clock.get(0);
  }

  /** Runs the backfill and gives the number of rows in its table. */
  static long run(Settings settings, PrintWriter out) throws Exception {
    Postgres postgres = ConnectionOptions.from(settings).postgres();
    String table =
        BackfillOptions.from(settings).scratch()
            ? "features.recomputed_features"
            : "features.shopper_feature_history";
    var env = StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
    JobEnvironment.configure(env, settings);
    BackfillJob.define(env, settings);
    CompletableFuture<JobExecutionResult> done =
        env.executeAsync("promoflow backfill").getJobExecutionResult();
    long start = System.nanoTime();
    while (true) {
      try {
        var unused = done.get(TELL_EVERY_SECONDS, TimeUnit.SECONDS);
        return count(postgres, table);
      } catch (TimeoutException e) {
        out.printf(
            "  %4d s  %,d rows in %s%n",
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
            count(postgres, table),
            table);
        out.flush();
      }
    }
  }

  private static long count(Postgres postgres, String table) throws SQLException {
    return Sql.number(postgres, "SELECT count(*) FROM " + table);
  }
}
