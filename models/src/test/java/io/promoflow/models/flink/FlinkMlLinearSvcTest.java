package io.promoflow.models.flink;

import java.util.Map;

class FlinkMlLinearSvcTest extends FlinkMlContract {
  FlinkMlLinearSvcTest() {
    super(new FlinkMlLinearSvc());
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("iterations", 60.0);
  }
}
