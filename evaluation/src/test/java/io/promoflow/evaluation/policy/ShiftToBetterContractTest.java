package io.promoflow.evaluation.policy;

class ShiftToBetterContractTest extends StrategyPolicyContract {
  @Override
  StrategyPolicy policy() {
    return new ShiftToBetter();
  }
}
