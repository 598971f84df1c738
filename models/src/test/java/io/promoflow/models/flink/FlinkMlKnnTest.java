package io.promoflow.models.flink;

class FlinkMlKnnTest extends FlinkMlContract {
  FlinkMlKnnTest() {
    super(new FlinkMlKnn());
  }
}
