package io.promoflow.evaluation.policy;

class ThompsonWeightsContractTest extends StrategyPolicyContract {
  @Override
  StrategyPolicy policy() {
    return new ThompsonWeights();
  }
}
