package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Meter;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.promoflow.serving.allocation.bench.AllocationBench;
import java.util.Map;

/**
 * Profit of deciding by the decision job's dual prices as shoppers come, slide by slide, against
 * the best that hindsight knows.
 */
public record AllocationRow(String name, Bar bar) implements BenchRow {
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "cents";
  }

  @Override
  public String rivalName() {
    return "linear program with perfect knowledge";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(
        Map.of(),
        "bound on the optimum; 20,000 simulated shoppers, another crowd each pair, 10 promotions,"
            + " 5 budgets, 2 stocks",
        () -> {});
  }

  @Override
  public boolean sameInput() {
    return false; // another crowd each pair
  }

  @Override
  public SideResult run(Side side, SideCall call) {
    long cpu = Meter.cpuNanos();
    AllocationBench.Run run = AllocationBench.run(call.pair() + 1);
    return new SideResult(
        side == Side.OURS ? run.ours() : run.optimum(),
        (Meter.cpuNanos() - cpu) / NANOS,
        "crowd " + call.pair(),
        Map.of("withoutPrices", run.greedy(), "overspent", run.overspent()));
  }
}
