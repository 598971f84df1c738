package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.ConditionField;
import io.promoflow.serving.Decider;
import io.promoflow.serving.PreparedRules;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Promotions that rest on what the log of decisions does not keep: lines of carts, the channel, and
 * the level of a member, which the question may have told. Whether one of them may have been open
 * is found out by deciding as if cart, channel and level were just as they need them. What the
 * ledger refused then leaves its place in its stacking group to them. What the lines mean for the
 * margin of the cart {@link UntoldMargin} finds out.
 */
final class Untold {
  private final Decider decider;
  private final PreparedRules rules;
  private final PreparedRules hopeful;
  private final Map<String, Promotion> resting;
  private final UntoldMargin margin;

  /**
   * Of what the variant of a shopper gives.
   *
   * @param ledger that answers as the one of then did
   */
  Untold(Assumptions assumptions, RuleSet rules, Ledger ledger) {
    this(assumptions, rules, ledger, false);
  }

  private Untold(Assumptions assumptions, RuleSet rules, Ledger ledger, boolean ofAnyVariant) {
    this.decider = new Decider(assumptions, new DryLedger(ledger));
    this.rules = new PreparedRules(rules);
    this.resting =
        rules.promotions().stream()
            .filter(Untold::rests)
            .collect(Collectors.toMap(Promotion::id, Function.identity()));
    List<Promotion> promotions = rules.promotions().stream().map(Untold::hopeful).toList();
    this.hopeful = new PreparedRules(rules.withPromotions(promotions));
    this.margin = new UntoldMargin(assumptions, rules, ofAnyVariant);
  }

  /** Of what any variant that may be drawn gives. */
  static Untold ofAnyVariant(Assumptions assumptions, RuleSet rules, Ledger ledger) {
    List<Experiment> experiments =
        rules.experiments().stream().map(Untold::givingWhatAnyVariantGives).toList();
    return new Untold(assumptions, rules.withExperiments(experiments), ledger, true);
  }

  private static Experiment givingWhatAnyVariantGives(Experiment experiment) {
    if (experiment.status() != Experiment.Status.RUNNING) {
      return experiment;
    }
    List<String> all =
        experiment.variants().stream()
            .flatMap(variant -> variant.promotions().stream())
            .distinct()
            .toList();
    List<Variant> variants =
        experiment.variants().stream()
            .map(one -> new Variant(one.id(), one.control(), one.weight(), all))
            .toList();
    return experiment.withVariants(variants);
  }

  private static boolean rests(Promotion one) {
    return one.kind() == PromotionKind.BUNDLE
        || one.kind() == PromotionKind.MEMBER_PRICE
        || !one.coversAll()
        || !one.eligibility().stream().allMatch(Untold::isLogged);
  }

  static boolean isLogged(Condition condition) {
    return ConditionField.of(condition.field()).map(ConditionField::isLogged).orElse(true);
  }

  /** The same promotion, of everything in the cart, wherever the shopper is and of any level. */
  private static Promotion hopeful(Promotion one) {
    return rests(one)
        ? one.withKind(hopeful(one.kind()))
            .coveringAll()
            .withEligibility(one.eligibility().stream().filter(Untold::isLogged).toList())
        : one;
  }

  private static PromotionKind hopeful(PromotionKind kind) {
    return switch (kind) {
      case BUNDLE -> PromotionKind.COUPON;
      case MEMBER_PRICE -> PromotionKind.PERCENT_OFF;
      default -> kind;
    };
  }

  /**
   * Whether one of them may have been open in the situation of a logged decision, and the log does
   * not say itself that it was as it is when the decision is made again.
   *
   * @param then the rules that it was made under; null when they are lost
   * @param mayBeRefused what is granted, and may be refused all the same
   */
  boolean mayMatter(
      LoggedDecision logged,
      RuleSet then,
      Scores scores,
      Caps caps,
      DualPrices prices,
      Predicate<Candidate> mayBeRefused) {
    if (margin.mayMatter(logged, scores, caps, prices)) {
      return true;
    }
    if (resting.isEmpty()) {
      return false;
    }
    Set<String> hope = open(hopeful, logged, scores, caps, prices, mayBeRefused);
    hope.retainAll(resting.keySet());
    if (hope.isEmpty()) {
      return false;
    }
    Set<String> again = open(rules, logged, scores, caps, prices, mayBeRefused);
    var told = new LogTold(logged, then);
    return !hope.stream()
        .allMatch(id -> told.confirms(resting.get(id), scores, again.contains(id)));
  }

  private Set<String> open(
      PreparedRules under,
      LoggedDecision logged,
      Scores scores,
      Caps caps,
      DualPrices prices,
      Predicate<Candidate> mayBeRefused) {
    Decision made =
        decider.decideBriefly(
            logged.request(under.rules()), logged.features(), scores, under, caps, prices);
    Set<String> open =
        made.candidates().stream()
            .map(Candidate::promotionId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    KeptOut.of(made, under.rules())
        .forEach(
            (id, by) -> {
              if (mayBeRefused.test(by)) {
                open.add(id);
              }
            });
    return open;
  }
}
