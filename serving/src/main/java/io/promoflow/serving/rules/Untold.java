package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.ConditionField;
import io.promoflow.serving.Decider;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Promotions that rest on what the log of decisions does not keep: lines of carts, and the channel.
 * Whether one of them may have been open is found out by deciding as if the cart and the channel
 * were just as they need them.
 */
final class Untold {
  /** Closed for what follows from shopper, moment and cart alone. */
  private static final Set<Loss> BY_ITSELF =
      EnumSet.of(
          Loss.OUTSIDE_PERIOD, Loss.NOT_ELIGIBLE, Loss.NOT_COVERED, Loss.BELOW_MINIMUM_SPEND);

  private final Decider decider;
  private final RuleSet hopeful;
  private final Map<String, Promotion> resting;

  Untold(Assumptions assumptions, RuleSet rules) {
    this.decider = new Decider(assumptions);
    this.resting =
        rules.promotions().stream()
            .filter(Untold::rests)
            .collect(Collectors.toMap(Promotion::id, Function.identity()));
    List<Promotion> promotions = rules.promotions().stream().map(Untold::hopeful).toList();
    this.hopeful =
        new RuleSet(
            rules.version(),
            rules.author(),
            rules.note(),
            rules.appliedAt(),
            rules.adjustmentId(),
            promotions,
            rules.experiments(),
            rules.contactCaps(),
            rules.budgetMoves(),
            rules.holdoutShare());
  }

  private static boolean rests(Promotion one) {
    return one.kind() == PromotionKind.BUNDLE
        || !one.coversAll()
        || !one.eligibility().stream().allMatch(Untold::isLogged);
  }

  private static boolean isLogged(Condition condition) {
    return ConditionField.of(condition.field()).map(ConditionField::isLogged).orElse(true);
  }

  /** The same promotion, of everything in the cart, wherever the shopper is. */
  private static Promotion hopeful(Promotion one) {
    if (!rests(one)) {
      return one;
    }
    return new Promotion(
        one.id(),
        one.kind() == PromotionKind.BUNDLE ? PromotionKind.COUPON : one.kind(),
        one.terms(),
        List.of(),
        List.of(),
        one.eligibility().stream().filter(Untold::isLogged).toList(),
        one.from(),
        one.until(),
        one.budgetCents(),
        one.stock(),
        one.perShopperCap(),
        one.priority(),
        one.stackingGroup(),
        one.campaign(),
        one.periods(),
        one.zone(),
        one.capPeriodMillis());
  }

  /**
   * Whether one of them may have been open in the situation of a logged decision.
   *
   * @param then the rules that it was made under; null when they are lost
   */
  boolean mayMatter(
      LoggedDecision logged, RuleSet then, Scores scores, Caps caps, DualPrices prices) {
    if (resting.isEmpty()) {
      return false;
    }
    Decision hope =
        decider.decideBriefly(logged.request(), logged.features(), scores, hopeful, caps, prices);
    return hope.candidates().stream()
        .map(Candidate::promotionId)
        .filter(Objects::nonNull)
        .map(resting::get)
        .anyMatch(one -> one != null && !wasClosed(one, logged.decision(), then));
  }

  /** Whether the log itself says that it was closed, and it has not changed since. */
  private static boolean wasClosed(Promotion one, Decision decision, RuleSet then) {
    if (then == null) {
      return false;
    }
    List<Promotion> promotions = then.promotions();
    for (int i = 0; i < promotions.size(); i++) {
      if (isSameOffer(one, promotions.get(i))) {
        Loss loss = loss(decision, one.id(), i);
        return loss != null && BY_ITSELF.contains(loss);
      }
    }
    return false;
  }

  private static Loss loss(Decision decision, String promotion, int place) {
    String losses = decision.losses();
    if (losses == null) {
      return decision.candidates().stream()
          .filter(one -> promotion.equals(one.promotionId()))
          .map(Candidate::loss)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }
    return BY_ITSELF.stream()
        .filter(loss -> place < losses.length() && loss.letter() == losses.charAt(place))
        .findFirst()
        .orElse(null);
  }

  private static boolean isSameOffer(Promotion one, Promotion other) {
    return one.id().equals(other.id())
        && one.kind() == other.kind()
        && one.terms().equals(other.terms())
        && one.coversAs(other)
        && one.eligibility().equals(other.eligibility())
        && Objects.equals(one.from(), other.from())
        && Objects.equals(one.until(), other.until())
        && one.periods().equals(other.periods())
        && Objects.equals(one.zone(), other.zone());
  }
}
