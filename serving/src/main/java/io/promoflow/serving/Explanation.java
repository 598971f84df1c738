package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts a logged decision into words: why each promotion of its rules lost, and what would have
 * changed it. A decision does not keep the lines of the cart and the channel; what rests on them is
 * said in general.
 *
 * @param decision as it was logged
 * @param rules those of its version
 * @param row the features that it rests on; null when nobody has them any more
 */
public record Explanation(Decision decision, RuleSet rules, FeatureRow row) {
  private static final Map<Character, Loss> BY_LETTER =
      Arrays.stream(Loss.values()).collect(Collectors.toMap(Loss::letter, Function.identity()));

  public Explanation {
    if (rules.version() != decision.ruleVersion()) {
      throw new IllegalArgumentException(
          decision.decisionId()
              + " was made under rule version "
              + decision.ruleVersion()
              + ", not "
              + rules.version());
    }
  }

  /** Every promotion in the order of the rules, then giving nothing, each with its words. */
  public List<Candidate> candidates() {
    if (decision.losses() == null || decision.losses().length() != rules.promotions().size()) {
      return decision.candidates();
    }
    Map<String, Candidate> open =
        decision.candidates().stream()
            .filter(one -> one.promotionId() != null)
            .collect(Collectors.toMap(Candidate::promotionId, Function.identity()));
    var all = new ArrayList<Candidate>();
    for (int i = 0; i < rules.promotions().size(); i++) {
      Promotion promotion = rules.promotions().get(i);
      Candidate one = open.get(promotion.id());
      all.add(one == null ? closed(promotion, decision.losses().charAt(i)) : inWords(one));
    }
    decision.candidates().stream()
        .filter(one -> one.promotionId() == null)
        .map(this::inWords)
        .forEach(all::add);
    return all;
  }

  private Candidate closed(Promotion promotion, char letter) {
    Loss loss = BY_LETTER.get(letter);
    return new Candidate(promotion.id(), null, loss, why(promotion, loss));
  }

  private String why(Promotion promotion, Loss loss) {
    if (loss == null) {
      return null;
    }
    return switch (loss) {
      case NOT_IN_VARIANT -> decision.experimentId() + " assigned " + decision.variant();
      case HOLDOUT -> "the shopper is held out";
      case PAUSED -> "the experiment is paused: everybody gets what its control gets";
      case OUTSIDE_PERIOD -> Obstacles.outside(promotion, decision.at());
      case NOT_ELIGIBLE -> failed(promotion);
      case NOT_COVERED -> "nothing in the cart is covered, or not all of it";
      case BELOW_MINIMUM_SPEND ->
          "the covered cart value must be at least "
              + promotion.terms().leastSpendCents()
              + " cents";
      case CAP_REACHED -> "the shopper was offered it " + promotion.perShopperCap() + " times";
      case CONTACT_CAP_REACHED -> "the shopper was offered enough lately";
      case EXCLUDED_IN_GROUP -> "another goes first in stacking group " + promotion.stackingGroup();
      default -> null;
    };
  }

  /** The first condition of those that can still be tested which did not hold. */
  private String failed(Promotion promotion) {
    var scores =
        new Scores(decision.segment(), decision.propensity(), List.of(), decision.modelVersions());
    var request =
        new DecisionRequest(
            decision.requestId(),
            decision.trigger(),
            decision.shopperId(),
            decision.at(),
            new Cart(decision.cartCents(), List.of()));
    var known = new Eligibility(row, scores, request);
    return promotion.eligibility().stream()
        .filter(this::isTestable)
        .map(condition -> known.failure(condition, promotion.zone()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("a condition on the cart, the channel or the shopper did not hold");
  }

  private boolean isTestable(Condition condition) {
    Optional<ConditionField> field = ConditionField.of(condition.field());
    if (field.isEmpty()) {
      return row != null || decision.featuresAsOf() == null;
    }
    return switch (field.get()) {
      case SEGMENT, CART_CENTS, PROPENSITY, HOUR, WEEKDAY -> true;
      case MEMBER_LEVEL, NEW_SHOPPER -> row != null || decision.featuresAsOf() == null;
      case CART_QUANTITY, CART_PRODUCTS, CART_PRODUCT, CART_CATEGORY, CHANNEL -> false;
    };
  }

  private Candidate inWords(Candidate one) {
    if (one.detail() != null || one.loss() == null) {
      return one;
    }
    return new Candidate(
        one.promotionId(),
        one.score(),
        one.loss(),
        why(one),
        one.costCents(),
        one.gainCents(),
        one.use(),
        one.priceCents());
  }

  private String why(Candidate one) {
    return switch (one.loss()) {
      case BUDGET_SPENT -> "with " + one.costCents() + " cents left in its budget" + then(one);
      case OUT_OF_STOCK -> "with a unit of it left" + then(one);
      case PACED -> "with its budget not ahead of the plan" + then(one);
      case NO_LEASE -> "with enough of its budget leased by the server" + then(one);
      case CAP_REACHED -> "if the ledger granted it" + then(one);
      case NOT_DRAWN -> winner() + " was drawn to be tried";
      case NOT_IN_VARIANT -> decision.experimentId() + " assigned " + decision.variant();
      default -> compared(one);
    };
  }

  private String compared(Candidate one) {
    if (one.promotionId() == null) {
      return String.format(Locale.ROOT, "scores 0, %s scores %.2f", winner(), toBeat());
    }
    return String.format(
            Locale.ROOT, "scores %.2f cents, %s scores %.2f", one.score(), winner(), toBeat())
        + priced(one);
  }

  private String then(Candidate one) {
    String would = one.score() > toBeat() ? "would have been" : "would not have been";
    return String.format(
        Locale.ROOT,
        " it %s in front: it scores %.2f cents, the choice %.2f",
        would,
        one.score(),
        toBeat());
  }

  private String priced(Candidate one) {
    boolean wouldWin =
        one.priceCents() != null && one.priceCents() > 0 && one.gainCents() > toBeat();
    return wouldWin
        ? String.format(
            Locale.ROOT,
            ": gains %.2f cents, takes %.2f from others; chosen if it took less than %.2f",
            one.gainCents(),
            one.priceCents(),
            one.gainCents() - toBeat())
        : "";
  }

  private String winner() {
    return decision.promotionId() == null ? "giving nothing" : decision.promotionId();
  }

  private double toBeat() {
    return decision.candidates().stream()
        .filter(one -> Objects.equals(one.promotionId(), decision.promotionId()))
        .filter(one -> one.score() != null)
        .mapToDouble(Candidate::score)
        .findFirst()
        .orElse(0);
  }
}
