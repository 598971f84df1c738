package io.promoflow.models.flink;

class FlinkMlNaiveBayesTest extends FlinkMlContract {
  FlinkMlNaiveBayesTest() {
    super(new FlinkMlNaiveBayes());
  }
}
