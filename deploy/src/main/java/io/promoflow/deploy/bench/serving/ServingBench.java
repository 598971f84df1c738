package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.Bench;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.serving.allocation.bench.AllocationBench;
import java.util.List;

/** Decisions: over HTTP, in process, and while their rules change. */
public final class ServingBench implements Bench {
  @Override
  public String name() {
    return "serving";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        new NettyRow("netty", Bar.of("<= 1.5"), false),
        new NettyRow("netty logging", Bar.of("<= 1.5"), true),
        new JavalinRow("javalin", Bar.of(">= 3")),
        new HotSwapRow("hot swap", Bar.of("<= 2")),
        new EvaluatorRow("evaluator", Bar.of(">= 10")),
        new AllocationRow("allocation", Bar.of(">= " + AllocationBench.BAR)));
  }
}
