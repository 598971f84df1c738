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
import java.util.stream.Stream;

/**
 * Puts a logged decision into words: why each promotion of its rules lost, and what would have
 * changed it. A decision does not keep the lines of the cart, the channel and the level that the
 * question told; what rests on them is said in general.
 *
 * @param decision as it was logged
 * @param rules those of its version
 * @param row the features that it rests on; null when nobody has them any more
 */
public record Explanation(Decision decision, RuleSet rules, FeatureRow row) {
  private static final Map<Character, Loss> BY_LETTER =
      Arrays.stream(Loss.values()).collect(Collectors.toMap(Loss::letter, Function.identity()));

  private static final String PAUSED =
      "the experiment is paused: everybody gets what its control gets";

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
      case PAUSED -> PAUSED;
      case OUTSIDE_PERIOD -> Obstacles.outside(promotion, decision.at());
      case NOT_ELIGIBLE -> failed(promotion);
      case NOT_COVERED -> "nothing in the cart is covered, or not all of it";
      case BELOW_MINIMUM_SPEND ->
          "the covered cart value must be at least "
              + promotion.terms().leastSpendCents()
              + " cents";
      case CAP_REACHED -> "the shopper was offered it " + promotion.perShopperCap() + " times";
      case CONTACT_CAP_REACHED -> "the shopper was offered enough lately";
      case EXCLUDED_IN_GROUP -> excluded(promotion);
      default -> null;
    };
  }

  /** By the one of its group that was in question. */
  private String excluded(Promotion promotion) {
    return inQuestion()
        .map(this::promotion)
        .filter(one -> promotion.stackingGroup().equals(one.stackingGroup()))
        .findFirst()
        .map(first -> ExclusiveGroups.words(promotion, first.id()))
        .orElse("another goes first in stacking group " + promotion.stackingGroup());
  }

  /** What could have been given. */
  private Stream<Candidate> inQuestion() {
    return decision.candidates().stream()
        .filter(one -> one.promotionId() != null && one.score() != null)
        .filter(one -> one.loss() == null || !one.loss().isRefusal());
  }

  /** The first condition of those that can still be tested which did not hold. */
  private String failed(Promotion promotion) {
    var scores =
        new Scores(decision.segment(), decision.propensity(), List.of(), decision.modelVersions());
    var known = new Eligibility(row, scores, request());
    return promotion.eligibility().stream()
        .filter(this::isTestable)
        .map(condition -> known.failure(condition, promotion.zone()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("a condition on the cart, the channel or the shopper did not hold");
  }

  private DecisionRequest request() {
    return new DecisionRequest(
        decision.requestId(),
        decision.trigger(),
        decision.shopperId(),
        decision.at(),
        new Cart(decision.cartCents(), List.of()));
  }

  private boolean isTestable(Condition condition) {
    Optional<ConditionField> field = ConditionField.of(condition.field());
    if (field.isEmpty()) {
      return row != null || decision.featuresAsOf() == null;
    }
    return switch (field.get()) {
      case SEGMENT, CART_CENTS, PROPENSITY, HOUR, WEEKDAY -> true;
      case NEW_SHOPPER -> row != null || decision.featuresAsOf() == null;
      case CART_QUANTITY, CART_PRODUCTS, CART_PRODUCT, CART_CATEGORY, CHANNEL, MEMBER_LEVEL ->
          false;
    };
  }

  private Candidate inWords(Candidate one) {
    return one.detail() != null || one.loss() == null ? one : one.withDetail(why(one));
  }

  private String why(Candidate one) {
    return switch (one.loss()) {
      case BUDGET_SPENT, OUT_OF_STOCK, PACED, NO_LEASE, CAP_REACHED ->
          IfGranted.with(one.loss(), one.costCents()) + then(one);
      case NOT_DRAWN -> winner() + " was drawn to be tried";
      case NOT_IN_VARIANT -> decision.experimentId() + " assigned " + decision.variant();
      case PAUSED -> PAUSED;
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

  /** What would have become of one that the ledger refused, see {@link Choosing}. */
  private String then(Candidate one) {
    boolean laidDown =
        Strategy.choose(request(), rules.experiments(), decision.segment()).givesAnyScore();
    Optional<Candidate> choice =
        inQuestion()
            .filter(chosen -> chosen.promotionId().equals(decision.promotionId()))
            .findAny();
    boolean excludesChoice = choice.filter(chosen -> exclude(one, chosen)).isPresent();
    Optional<Candidate> rival =
        excludesChoice
            ? inQuestion()
                .filter(other -> !exclude(one, other))
                .filter(other -> laidDown || other.score() > 0)
                .min(this::bestFirst)
            : choice;
    boolean wins = rival.map(other -> bestFirst(one, other) < 0).orElse(one.score() > 0);
    return rival.isEmpty() && laidDown
        ? IfGranted.given(one.score())
        : IfGranted.compared(
            wins, one.score(), excludesChoice, rival.map(Candidate::score).orElse(0.0));
  }

  private boolean exclude(Candidate one, Candidate other) {
    String group = promotion(one).stackingGroup();
    return group != null && group.equals(promotion(other).stackingGroup());
  }

  private int bestFirst(Candidate one, Candidate other) {
    return Scored.bestFirst(one.score(), promotion(one), other.score(), promotion(other));
  }

  private Promotion promotion(Candidate one) {
    return rules.promotions().stream()
        .filter(promotion -> promotion.id().equals(one.promotionId()))
        .findFirst()
        .orElseThrow();
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
