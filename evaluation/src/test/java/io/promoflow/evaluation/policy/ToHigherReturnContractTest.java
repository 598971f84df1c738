package io.promoflow.evaluation.policy;

class ToHigherReturnContractTest extends BudgetPolicyContract {
  @Override
  BudgetPolicy policy() {
    return new ToHigherReturn();
  }
}
