package io.promoflow.models.flink;

import java.util.Map;

class FlinkMlLogisticRegressionTest extends FlinkMlContract {
  FlinkMlLogisticRegressionTest() {
    super(new FlinkMlLogisticRegression());
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("iterations", 60.0);
  }
}
