package io.promoflow.serving.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class AccountPropertyTest {
  @Property
  void freeLeasedReservedAndCommittedAreTheLimit(
      @ForAll @LongRange(max = 1_000) long budget,
      @ForAll @LongRange(max = 1_000) long leased,
      @ForAll @LongRange(max = 1_000) long cost,
      @ForAll @LongRange(max = 1_000) long actual,
      @ForAll @LongRange(max = 1_000) long cut) {
    Account account = Account.of(new Amount(budget, 10));
    Amount slice = new Amount(leased, 1).min(account.free());
    Account promised = account.lease(slice).reserve(Amount.one(cost), slice).orElse(account);
    Account spent =
        promised.reserved().units() == 0
            ? promised
            : promised.commit(Amount.one(cost), Amount.one(actual)).orElse(promised);
    for (Account one : new Account[] {promised, spent, spent.follow(new Amount(cut, 3))}) {
      assertThat(one.free().plus(one.used())).isEqualTo(one.limit());
      assertThat(one.limit().covers(one.budget())).isTrue();
    }
    assertThat(spent.used().cents()).isLessThanOrEqualTo(budget);
  }

  @Property
  void whatIsGivenBackAfterACutGoesToTheCutFirst(
      @ForAll @LongRange(min = 1, max = 1_000) long promised,
      @ForAll @LongRange(max = 1_000) long cut) {
    Account account =
        Account.of(new Amount(1_000, 1)).reserve(Amount.one(promised), Amount.ZERO).orElseThrow();
    Account after = account.follow(new Amount(cut, 1));
    assertThat(after.free().cents()).isEqualTo(Math.max(0, cut - promised));
    assertThat(after.release(Amount.one(promised)).free().cents()).isEqualTo(cut);
  }

  @Property
  void nobodyLeasesMoreThanIsFree(@ForAll @LongRange(min = 1, max = 1_000) long beyond) {
    Account account = Account.of(new Amount(100, 5));
    assertThatThrownBy(() -> account.lease(new Amount(100 + beyond, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not free");
  }

  @Property
  void nothingGoesBelowZero(@ForAll @LongRange(min = 1, max = 1_000) long cents) {
    Account account = Account.of(new Amount(100, 5));
    assertThatThrownBy(() -> account.refund(new Amount(cents, 0)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> account.release(Amount.one(cents)))
        .isInstanceOf(IllegalStateException.class);
  }
}
