package io.promoflow.evaluation.policy;

class PromoteWinnerContractTest extends StrategyPolicyContract {
  @Override
  StrategyPolicy policy() {
    return new PromoteWinner();
  }
}
