package io.promoflow.evaluation.policy;

class TopTwoThompsonContractTest extends StrategyPolicyContract {
  @Override
  StrategyPolicy policy() {
    return new TopTwoThompson();
  }
}
