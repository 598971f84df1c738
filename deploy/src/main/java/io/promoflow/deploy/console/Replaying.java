package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.replay.KafkaSender;
import io.promoflow.ingestion.replay.Replay;
import io.promoflow.ingestion.replay.ReplayMapping;
import io.promoflow.ingestion.replay.ReplayPacer;
import io.promoflow.ingestion.replay.ReplayReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Sends files to the broker with a progress bar. */
final class Replaying {
  private static final int REFRESH_MILLIS = 500;
  private static final long KILOBYTE = 1_024;

  private Replaying() {}

  /**
   * What a replay did.
   *
   * @param intake what ingestion made of it
   * @param eventsPerSecond rows by the time until the platform was caught up
   */
  record Outcome(Replay.Summary sent, Intake intake, double eventsPerSecond) {
    /** Whether every row is accounted for. */
    boolean balanced() {
      return sent.delivered() == intake.in()
          && intake.in() == intake.accepted() + intake.duplicate() + intake.rejectedInAll();
    }

    Map<String, Object> report() {
      var report = new LinkedHashMap<String, Object>();
      report.put("rows", sent.rows());
      report.put("accepted", intake.accepted());
      report.put("duplicate", intake.duplicate());
      report.put("rejected", intake.rejected());
      report.put("skipped", sent.skipped());
      report.put("eventsPerSecond", eventsPerSecond);
      return report;
    }
  }

  static Replay.Summary send(
      ConnectionOptions connections, ReplayMapping mapping, List<Path> files, double speedUp)
      throws IOException, InterruptedException {
    try (var reader = ReplayReader.open(mapping, files);
        var sender = new KafkaSender(connections);
        var bar =
            new ProgressBarBuilder()
                .setTaskName("replay")
                .setInitialMax(reader.bytesTotal() / KILOBYTE)
                .setUnit(" KiB", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .build()) {
      return Replay.run(
          reader,
          ReplayPacer.of(speedUp, Clock.systemUTC()),
          sender,
          r -> bar.stepTo(r.bytesRead() / KILOBYTE));
    }
  }
}
