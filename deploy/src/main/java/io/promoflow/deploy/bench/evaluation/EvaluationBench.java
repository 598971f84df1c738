package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.Bench;
import io.promoflow.deploy.bench.BenchRow;
import java.util.List;

/** Results: kept by increments against computed when somebody looks. */
public final class EvaluationBench implements Bench {
  // the topics are as long as the faster side takes about the asked seconds
  private static final int KEYED_SUM_RECORDS_PER_SECOND = 250_000;

  @Override
  public String name() {
    return "evaluation";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        new GroupByRow("group by", Bar.of(">= 1000")),
        new TenthRow("ten times the outcomes", Bar.of("goal >= 0.8")),
        new CellRow("state per cell", Bar.of("<= 1"), GroupByRow.SHOPPERS, GroupByRow.OUTCOMES),
        new KeyedSumRow("keyed sum", Bar.of("goal >= 0.1"), KEYED_SUM_RECORDS_PER_SECOND));
  }
}
