package io.promoflow.deploy.bench;

import java.util.Map;
import java.util.Optional;

/**
 * A row whose sides are streaming jobs on the events of the mill.
 *
 * @param oursLoad window of ours; the events are those of {@code rivalLoad}
 */
record StreamRow(
    String name,
    Bar bar,
    String rivalName,
    String rivalConfiguration,
    Load oursLoad,
    Load rivalLoad,
    StreamSide ours,
    StreamSide rival)
    implements BenchRow {

  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public Optional<String> limitName() {
    return Optional.of("the generator alone");
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(Map.of(), oursLoad + "; " + rivalConfiguration, () -> {});
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    return switch (side) {
      case OURS -> LocalJob.run(ours, oursLoad, call);
      case RIVAL -> LocalJob.run(rival, rivalLoad, call);
      case LIMIT -> LocalJob.run(StreamSide.nothing(), rivalLoad, call);
    };
  }
}
