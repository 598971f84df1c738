package io.promoflow.serving.ledger;

import java.util.Optional;

/**
 * Where the budget and the stock of one promotion are. Every change is a transfer, so that free,
 * leased, reserved and committed always add up to the limit.
 *
 * @param budget budget and stock by the rules
 * @param leased servers may promise it
 * @param reserved promised to shoppers
 * @param committed spent, less refunds
 * @param released promised once and given back, ever growing; no part of the limit
 */
record Account(Amount budget, Amount leased, Amount reserved, Amount committed, Amount released) {

  Account {
    for (Amount part : new Amount[] {budget, leased, reserved, committed, released}) {
      if (!part.covers(Amount.ZERO)) {
        throw new IllegalStateException("nothing in an account may be below 0, but " + part);
      }
    }
  }

  static Account of(Amount budget) {
    return new Account(budget, Amount.ZERO, Amount.ZERO, Amount.ZERO, Amount.ZERO);
  }

  /** Leased, reserved and committed. */
  Amount used() {
    return leased.plus(reserved).plus(committed);
  }

  /** Nobody holds it. After a cut what comes back is not free before the budget covers the rest. */
  Amount free() {
    return budget.minus(used()).max(Amount.ZERO);
  }

  /** Neither promised nor spent: it is free, or some server leases it. */
  Amount unpromised() {
    return budget.minus(reserved).minus(committed).max(Amount.ZERO);
  }

  /** The budget, or more while what was promised before a cut comes in. */
  Amount limit() {
    return budget.max(used());
  }

  Account lease(Amount slice) {
    if (!free().covers(slice)) {
      throw new IllegalStateException(slice + " is not free in " + this);
    }
    return new Account(budget, leased.plus(slice), reserved, committed, released);
  }

  Account giveBack(Amount slice) {
    return new Account(budget, leased.minus(slice), reserved, committed, released);
  }

  /** Promises a cost from what its server holds, the rest from what is free; empty when neither. */
  Optional<Account> reserve(Amount cost, Amount held) {
    Amount fromLease = cost.min(held);
    return free().covers(cost.minus(fromLease))
        ? Optional.of(
            new Account(budget, leased.minus(fromLease), reserved.plus(cost), committed, released))
        : Optional.empty();
  }

  Account release(Amount promised) {
    return new Account(
        budget, leased, reserved.minus(promised), committed, released.plus(promised));
  }

  /** Spends a promise at its actual cost; empty when what is free does not cover the difference. */
  Optional<Account> commit(Amount promised, Amount actual) {
    return free().plus(promised).covers(actual)
        ? Optional.of(
            new Account(budget, leased, reserved.minus(promised), committed.plus(actual), released))
        : Optional.empty();
  }

  /** What was spent is another amount now; empty when what is free does not cover the rest. */
  Optional<Account> correct(Amount spent, Amount actual) {
    return free().plus(spent).covers(actual)
        ? Optional.of(
            new Account(budget, leased, reserved, committed.minus(spent).plus(actual), released))
        : Optional.empty();
  }

  Account refund(Amount back) {
    return new Account(budget, leased, reserved, committed.minus(back), released);
  }

  /** Follows the rules: a cut takes what is free at once, and the rest as it comes back. */
  Account follow(Amount newBudget) {
    return new Account(newBudget, leased, reserved, committed, released);
  }
}
