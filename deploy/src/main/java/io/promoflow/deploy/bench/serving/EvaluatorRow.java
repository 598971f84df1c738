package io.promoflow.deploy.bench.serving;

import com.sun.management.ThreadMXBean;
import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Meter;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** The decision in process against an evaluator of feature flags on an equivalent rule set. */
public record EvaluatorRow(String name, Bar bar) implements BenchRow {
  private static final int WARM_UP_SHARE = 3;
  private static final int MORE_SECONDS = 1;
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "decisions/CPU s";
  }

  @Override
  public String rivalName() {
    return "Unleash's engine (Yggdrasil)";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(
        Map.of(),
        "one flag, a strategy with its variant per promotion, one call per decision, contexts made"
            + " beforehand",
        () -> {});
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    IntUnaryOperator decide = side == Side.OURS ? new CoreSide() : new YggdrasilSide();
    repeat(decide, call.seconds() / (double) WARM_UP_SHARE);
    Compilers.settle(() -> repeat(decide, MORE_SECONDS));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long cpu = Meter.cpuNanos();
    double decisions = repeat(decide, call.seconds());
    double seconds = (Meter.cpuNanos() - cpu) / NANOS;
    double allocated = (threads.getCurrentThreadAllocatedBytes() - bytes) / decisions;
    long sum = 0;
    for (int i = 0; i < DecisionWorld.SHOPPERS; i++) {
      sum += (i + 1L) * (decide.applyAsInt(i) + 2L);
    }
    return new SideResult(
        decisions / seconds,
        seconds,
        Long.toHexString(sum),
        Map.of("decisions", decisions, "bytesPerDecision", allocated));
  }

  private static double repeat(IntUnaryOperator decide, double seconds) {
    long until = System.nanoTime() + (long) (seconds * NANOS);
    double decisions = 0;
    long unused = 0;
    do {
      for (int i = 0; i < DecisionWorld.SHOPPERS; i++) {
        unused += decide.applyAsInt(i);
      }
      decisions += DecisionWorld.SHOPPERS;
    } while (System.nanoTime() < until || unused == Long.MIN_VALUE);
    return decisions;
  }
}
