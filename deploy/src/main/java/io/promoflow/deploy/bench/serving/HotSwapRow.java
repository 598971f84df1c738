package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.util.Map;

/** Latency while rules and models are swapped, against latency while they are left alone. */
public record HotSwapRow(String name, Bar bar) implements BenchRow {
  private static final String RATE = "rate";
  private static final int CONNECTIONS = 256;
  private static final int SWAPS = 10;
  private static final int SECONDS_SHARE = 4;
  private static final int WARM_UP_SHARE = 5;

  @Override
  public String unit() {
    return "ms p99";
  }

  @Override
  public String rivalName() {
    return "the same server, nothing swapped";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var topics = DecisionTopics.filled(call.folder());
    SideCall ready = call.with(topics.settings());
    double rate = trial.run(Side.LIMIT, ready).figure() / 2;
    return new Prepared(
        ready.with(Map.of(RATE, Double.toString(rate))).settings(),
        "open loop, %.0f requests/s (half of what it can), %d s, %d swaps of rules and of models"
            .formatted(rate, SECONDS_SHARE * call.seconds(), SWAPS),
        topics);
  }

  /** The limit is what the server can at most. */
  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    try (RunningServer server = OurServer.start(call.settings())) {
      var loading = new Loading(server, call, CONNECTIONS);
      if (side == Side.LIMIT) {
        SideResult most = loading.cpu("", true);
        return new SideResult(
            most.more().get("requestsPerSecond"), most.cpuSeconds(), "", most.more());
      }
      double rate = Double.parseDouble(call.setting(RATE));
      int seconds = SECONDS_SHARE * call.seconds();
      loading.open(rate, seconds / WARM_UP_SHARE, 0);
      LoadReport report = loading.open(rate, seconds, side == Side.OURS ? SWAPS : 0);
      return new SideResult(
          report.p99Millis(),
          0,
          "%d errors, %d mixed answers".formatted(report.errors(), report.mixed()),
          Map.of(
              "requests", (double) report.requests(),
              "errors", (double) report.errors(),
              "mixed", (double) report.mixed(),
              "p50Millis", report.p50Millis()));
    }
  }

  /** Only when no answer was an error and none was of two versions. */
  @Override
  public boolean sameAnswer(SideResult ours, SideResult rival) {
    return ours.checksum().equals("0 errors, 0 mixed answers")
        && rival.checksum().equals(ours.checksum());
  }

  @Override
  public long boundSeconds(SideCall call) {
    return 300 + 12L * call.seconds();
  }
}
