package io.promoflow.evaluation.policy;

class StopLoserContractTest extends StrategyPolicyContract {
  @Override
  StrategyPolicy policy() {
    return new StopLoser();
  }
}
