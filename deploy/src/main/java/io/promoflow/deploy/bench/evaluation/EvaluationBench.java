package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.Bench;
import io.promoflow.deploy.bench.BenchRow;
import java.util.List;

/** Results: kept by increments against computed when somebody looks. */
public final class EvaluationBench implements Bench {
  @Override
  public String name() {
    return "evaluation";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        new GroupByRow("group by", Bar.of(">= 1000")),
        new TenthRow("ten times the outcomes", Bar.of("goal >= 0.8")));
  }
}
