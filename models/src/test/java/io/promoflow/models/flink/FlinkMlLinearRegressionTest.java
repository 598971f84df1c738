package io.promoflow.models.flink;

import java.util.Map;

class FlinkMlLinearRegressionTest extends FlinkMlContract {
  FlinkMlLinearRegressionTest() {
    super(new FlinkMlLinearRegression());
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("iterations", 60.0);
  }
}
