package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.OpenTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A row of {@code serving.budget_ledger}.
 *
 * @param promotionId whose
 * @param ruleVersion newest rule version it follows
 * @param inForce whether that version has the promotion
 * @param budgetCents most it may cost; null when unlimited
 * @param stockUnits most redemptions; null when unlimited
 * @param perShopperCap most redemptions of one shopper; null when unlimited
 * @param capPeriodMillis over how long the cap counts; null for ever
 * @param open when it may be offered
 * @param coupon code that a redemption needs; null for none
 * @param claimCents what one redemption may cost by the terms
 * @param account where everything is
 * @param wanted what must be free for redemptions that were told to ask again; nothing once nobody
 *     has asked again for a while
 */
record AccountRow(
    String promotionId,
    long ruleVersion,
    boolean inForce,
    Long budgetCents,
    Long stockUnits,
    Integer perShopperCap,
    Long capPeriodMillis,
    OpenTime open,
    Coupon coupon,
    long claimCents,
    Account account,
    Amount wanted) {
  /** What a redemption is taken to cost when the terms give no amount. */
  private static final long USUAL_CLAIM_CENTS = 1_000;

  /** The row of a promotion, with what is in the account already; before may be null. */
  static AccountRow following(Promotion promotion, long version, AccountRow before) {
    Amount budget = Amount.limit(promotion.budgetCents(), promotion.stock());
    return new AccountRow(
        promotion.id(),
        version,
        true,
        promotion.budgetCents(),
        promotion.stock(),
        promotion.perShopperCap(),
        promotion.capPeriodMillis(),
        OpenTime.of(promotion),
        Coupon.of(promotion),
        claimCents(promotion.terms()),
        before == null ? Account.of(budget) : before.account.follow(budget),
        before == null ? Amount.ZERO : before.wanted);
  }

  private static long claimCents(Promotion.Terms terms) {
    if (terms == null) {
      return USUAL_CLAIM_CENTS;
    }
    LongStream tiers = terms.tiers().stream().mapToLong(Promotion.Tier::amountCents);
    LongStream amounts =
        Stream.of(terms.amountCents(), terms.maxDiscountCents(), terms.valueCents())
            .filter(amount -> amount != null)
            .mapToLong(Long::longValue);
    return LongStream.concat(tiers, amounts).max().orElse(USUAL_CLAIM_CENTS);
  }

  /** Rules without the promotion: nothing more is promised. */
  AccountRow removed(long version) {
    return new AccountRow(
        promotionId,
        version,
        false,
        budgetCents,
        stockUnits,
        perShopperCap,
        capPeriodMillis,
        open,
        coupon,
        claimCents,
        account.follow(Amount.ZERO),
        wanted);
  }

  AccountRow with(Account after) {
    return with(after, wanted);
  }

  /**
   * When redemptions lack so much in all; no more is wanted than leases can bring. Others may wait
   * for as much: what one of them has got is wanted on, until nobody asks any more.
   */
  AccountRow wanting(Amount needed) {
    return with(account, wanted.max(needed).min(account.unpromised()));
  }

  /** What of it is not free. */
  Amount lacking() {
    return wanted.minus(account.free()).max(Amount.ZERO);
  }

  private AccountRow with(Account after, Amount wantedThen) {
    return new AccountRow(
        promotionId,
        ruleVersion,
        inForce,
        budgetCents,
        stockUnits,
        perShopperCap,
        capPeriodMillis,
        open,
        coupon,
        claimCents,
        after,
        wantedThen);
  }

  /** Moment up to which redemptions of a shopper no longer count at a moment; null for none. */
  Instant capCountsAfter(Instant at) {
    return capPeriodMillis == null ? null : at.minus(Duration.ofMillis(capPeriodMillis));
  }
}
