package io.promoflow.deploy.bench;

import java.util.Map;
import java.util.Optional;

/** Ours against Flink SQL, whose best configuration is found by trying each for a short time. */
record HopRow(String name, Bar bar, Load load) implements BenchRow {
  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public String rivalName() {
    return HopSide.NAME;
  }

  @Override
  public Optional<String> limitName() {
    return Optional.of("the generator alone");
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    Map<String, String> best = Map.of();
    double most = 0;
    var tried = new StringBuilder();
    for (Map<String, String> choice : HopSide.CHOICES) {
      double rate = trial.run(Side.RIVAL, call.with(choice)).figure();
      tried.append(" %s %,.0f".formatted(words(choice), rate));
      if (rate > most) {
        most = rate;
        best = choice;
      }
    }
    String configuration =
        "%s; %s, tried:%s; object reuse, hashmap state, parallelism 1, the exchange of its plan"
            .formatted(load, words(best), tried);
    return new Prepared(best, configuration, () -> {});
  }

  private static String words(Map<String, String> choice) {
    return (choice.get(HopSide.MINI_BATCH).equals("true") ? "mini-batch/" : "no mini-batch/")
        + choice.get(HopSide.PHASES);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    return switch (side) {
      case OURS -> LocalJob.run(EngineSide.whole(), load, call);
      case RIVAL -> LocalJob.run(new HopSide(), load, call);
      case LIMIT -> LocalJob.run(StreamSide.nothing(), load, call);
    };
  }
}
