package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.serving.OpenTime;
import io.promoflow.serving.pricing.Stacking;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * Checks the promotions of a stacking group against each other: which of two goes first must be
 * said when both can hold, and none may always go before another.
 *
 * @param all promotions
 * @param experiments whose variants may give one and not the other
 * @param contactCaps that may stop one and not the other
 * @param words features of shoppers, of which some are whole numbers
 */
record GroupChecks(
    List<Written> all,
    List<Experiment> experiments,
    List<ContactCap> contactCaps,
    FeatureWords words) {

  void check() {
    for (Written one : all) {
      all.stream()
          .filter(other -> !other.equals(one))
          .filter(other -> isSameGroup(one.promotion(), other.promotion()))
          .filter(other -> Stacking.PRECEDENCE.compare(other.promotion(), one.promotion()) < 0)
          .filter(other -> canBothHold(one.promotion(), other.promotion()))
          .findFirst()
          .ifPresent(other -> check(one, other));
      all.stream()
          .filter(other -> !other.equals(one))
          .filter(other -> isSameGroup(one.promotion(), other.promotion()))
          .filter(other -> other.promotion().priority() > one.promotion().priority())
          .filter(other -> alwaysHoldsWith(other.promotion(), one.promotion()))
          .filter(other -> !isSpared(one.promotion(), other.promotion()))
          .findFirst()
          .ifPresent(other -> unreachable(one, other));
    }
  }

  private static void check(Written one, Written first) {
    if (one.promotion().priority() == first.promotion().priority()) {
      String rule =
          "must differ from that of %s (line %d): both are of group %s and can hold at once"
              .formatted(
                  first.promotion().id(), first.block().line(), one.promotion().stackingGroup());
      one.block().problem("priority", rule, one.promotion().priority());
    }
  }

  private static void unreachable(Written one, Written first) {
    String rule =
        "is never reached: %s (line %d) goes first in group %s whenever this one holds"
            .formatted(
                first.promotion().id(), first.block().line(), one.promotion().stackingGroup());
    one.block().problem("stackingGroup", rule, null);
  }

  /** Whether some shopper may get one while the other, which goes first, is out of the question. */
  private boolean isSpared(Promotion one, Promotion first) {
    boolean byVariant =
        experiments.stream()
            .flatMap(experiment -> experiment.variants().stream())
            .map(Variant::promotions)
            .anyMatch(given -> given.contains(one.id()) && !given.contains(first.id()));
    boolean byCap =
        contactCaps.stream()
            .map(ContactCap::campaign)
            .filter(Objects::nonNull)
            .anyMatch(
                campaign -> campaign.equals(first.campaign()) && !campaign.equals(one.campaign()));
    return byVariant || byCap;
  }

  private static boolean isSameGroup(Promotion one, Promotion other) {
    return one.stackingGroup() != null
        && Objects.equals(one.stackingGroup(), other.stackingGroup());
  }

  private boolean canBothHold(Promotion one, Promotion other) {
    boolean conditionsExclude =
        anyPair(admitted(one), admitted(other), Admitted::excludes)
            || anyPair(InCart.of(one), InCart.of(other), InCart::excludes);
    return !conditionsExclude && meet(stretches(one), stretches(other));
  }

  private Map<String, Admitted> admitted(Promotion promotion) {
    var admitted = new HashMap<>(Admitted.of(promotion));
    admitted.replaceAll((field, values) -> words.isWhole(field) ? values.whole() : values);
    return admitted;
  }

  /** Whether something is so of what both ask of a field. */
  private static <T> boolean anyPair(
      Map<String, T> one, Map<String, T> other, BiPredicate<T, T> isSo) {
    return one.entrySet().stream()
        .filter(entry -> other.containsKey(entry.getKey()))
        .anyMatch(entry -> isSo.test(entry.getValue(), other.get(entry.getKey())));
  }

  /** Whether a promotion that nothing limits holds whenever another does. */
  private boolean alwaysHoldsWith(Promotion wide, Promotion narrow) {
    return wide.budgetCents() == null
        && wide.stock() == null
        && wide.perShopperCap() == null
        && coversCart(wide, narrow)
        && coversConditions(wide, narrow)
        && coversTime(stretches(wide), stretches(narrow));
  }

  private static boolean coversCart(Promotion wide, Promotion narrow) {
    boolean same =
        wide.coversAs(narrow)
            && wide.productsWhere().equals(narrow.productsWhere())
            && Objects.equals(wide.mostProducts(), narrow.mostProducts());
    boolean everything = wide.coversAll();
    boolean noneOfItsOwn =
        wide.kind() != PromotionKind.BUNDLE && wide.kind() != PromotionKind.MEMBER_PRICE;
    boolean alike =
        same
            && wide.kind() == narrow.kind()
            && Objects.equals(wide.terms().memberLevel(), narrow.terms().memberLevel());
    return (alike || (everything && noneOfItsOwn))
        && wide.terms().leastSpendCents() <= narrow.terms().leastSpendCents();
  }

  private boolean coversConditions(Promotion wide, Promotion narrow) {
    Map<String, Admitted> narrower = admitted(narrow);
    boolean each =
        admitted(wide).entrySet().stream()
            .allMatch(
                entry ->
                    narrower.containsKey(entry.getKey())
                        && entry.getValue().covers(narrower.get(entry.getKey())));
    List<Condition> onTheCart = wide.eligibility().stream().filter(InCart::isAsked).toList();
    return each && narrow.eligibility().containsAll(onTheCart);
  }

  /** When a promotion may be offered; empty for never. */
  static List<Period> stretches(Promotion promotion) {
    return OpenTime.of(promotion).stretches();
  }

  private static boolean meet(List<Period> one, List<Period> other) {
    return one.stream().anyMatch(a -> other.stream().anyMatch(b -> meet(a, b)));
  }

  private static boolean meet(Period a, Period b) {
    Instant from = later(a.from(), b.from());
    Instant until = earlier(a.until(), b.until());
    return from == null || until == null || from.isBefore(until);
  }

  /** Whether each stretch lies within one of the wider ones. */
  static boolean coversTime(List<Period> wide, List<Period> narrow) {
    return narrow.stream()
        .allMatch(
            small ->
                wide.stream()
                    .anyMatch(
                        large ->
                            (large.from() == null
                                    || (small.from() != null
                                        && !small.from().isBefore(large.from())))
                                && (large.until() == null
                                    || (small.until() != null
                                        && !small.until().isAfter(large.until())))));
  }

  private static Instant later(Instant a, Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a == null || (b != null && b.isBefore(a)) ? b : a;
  }
}
