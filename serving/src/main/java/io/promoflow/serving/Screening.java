package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.CompiledRules.CompiledPromotion;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.pricing.Pricing;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which promotions are open to a shopper, and why each other one is not: the part of a decision
 * that grows with the rules. It says the same as {@link Eligibility}, {@link OfferLimits} and
 * {@link ExclusiveGroups} do one promotion at a time, which also find the words; here every
 * condition is tested at most once and nothing is allocated. Used by one thread, again and again.
 */
final class Screening {
  private static final byte UNTESTED = 0;
  private static final byte HOLDS = 1;
  private static final byte FAILS = 2;

  /** Of every thread its own, for the rules that it screened under last. */
  private static final ThreadLocal<Screening> LAST = new ThreadLocal<>();

  private final CompiledRules rules;
  private final Facts facts;
  private final byte[] tested;
  private final Loss[] losses;
  private final int[] firstOfGroup;

  Screening(CompiledRules rules) {
    this.rules = rules;
    this.facts = new Facts(rules.facts());
    this.tested = new byte[rules.conditions().length];
    this.losses = new Loss[rules.size()];
    this.firstOfGroup = new int[rules.groups()];
  }

  /** The thread's own, for these very rules. */
  @SuppressWarnings("ReferenceEquality") // comparing rules by value would cost more than screening
  static Screening under(RuleSet rules) {
    Screening last = LAST.get();
    if (last == null || last.rules.rules() != rules) {
      last = new Screening(new CompiledRules(rules));
      LAST.set(last);
    }
    return last;
  }

  /** Screens every promotion. */
  void run(
      DecisionRequest request,
      FeatureRow row,
      Scores scores,
      Strategy strategy,
      OfferLimits limits) {
    facts.fill(request, row, scores);
    Arrays.fill(tested, UNTESTED);
    Arrays.fill(firstOfGroup, -1);
    boolean[] allowed = strategy.allowed() == null ? null : rules.allowed(strategy.allowed());
    for (int i = 0; i < losses.length; i++) {
      losses[i] =
          allowed != null && !allowed[i]
              ? strategy.loss()
              : loss(rules.promotion(i), request, limits);
      if (losses[i] == null) {
        goesFirst(i);
      }
    }
    for (int i = 0; i < losses.length && firstOfGroup.length > 0; i++) {
      int group = rules.promotion(i).group();
      if (losses[i] == null && group >= 0 && firstOfGroup[group] != i) {
        losses[i] = Loss.EXCLUDED_IN_GROUP;
      }
    }
  }

  /** Why a promotion is not open; null when it is. */
  Loss loss(int promotion) {
    return losses[promotion];
  }

  /** What is open, in the order of the rules, with what it would bring. */
  List<Scored> open(Cart cart, Scores scores, Assumptions assumptions, DualPrices prices) {
    var open = new ArrayList<Scored>();
    for (int i = 0; i < losses.length; i++) {
      if (losses[i] == null) {
        Promotion one = rules.promotion(i).promotion();
        open.add(new Scored(one, Valuation.of(one, cart, scores, assumptions, prices)));
      }
    }
    return open;
  }

  /** The losses as {@link Decision#losses} has them. */
  String letters() {
    var letters = new char[losses.length];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = losses[i] == null ? Loss.OPEN : losses[i].letter();
    }
    return new String(letters);
  }

  /** What {@link Decision#triggered} tells; to be asked after {@link #run}. */
  Boolean triggered(Strategy strategy, DecisionRequest request) {
    if (strategy.experimentId() == null) {
      return null;
    }
    int[] differing = rules.differing(strategy.experimentId());
    if (differing == null) {
      return null;
    }
    for (int promotion : differing) {
      if (suits(promotion, request)) {
        return true;
      }
    }
    return false;
  }

  private boolean suits(int promotion, DecisionRequest request) {
    Loss loss = losses[promotion];
    return loss == null
        || switch (loss) {
          case CAP_REACHED, CONTACT_CAP_REACHED, EXCLUDED_IN_GROUP -> true;
          case NOT_IN_VARIANT -> misfit(rules.promotion(promotion), request) == null;
          default -> false;
        };
  }

  private void goesFirst(int promotion) {
    int group = rules.promotion(promotion).group();
    if (group >= 0
        && (firstOfGroup[group] < 0
            || rules.promotion(promotion).rank() < rules.promotion(firstOfGroup[group]).rank())) {
      firstOfGroup[group] = promotion;
    }
  }

  private Loss loss(CompiledPromotion one, DecisionRequest request, OfferLimits limits) {
    Loss misfit = misfit(one, request);
    return misfit != null || !one.limited()
        ? misfit
        : limits.loss(one.promotion()).map(candidate -> candidate.loss()).orElse(null);
  }

  /** Why it does not suit the shopper, the moment or the cart; null when it does. */
  private Loss misfit(CompiledPromotion one, DecisionRequest request) {
    if (!one.holds(request.at())) {
      return Loss.OUTSIDE_PERIOD;
    }
    for (int condition : one.conditions()) {
      if (!holds(condition)) {
        return Loss.NOT_ELIGIBLE;
      }
    }
    if (one.promotion().kind() == PromotionKind.MEMBER_PRICE
        && !facts.is(one.memberFact(), one.promotion().terms().memberLevel())) {
      return Loss.NOT_ELIGIBLE;
    }
    Cart cart = request.cart();
    if (!Pricing.covers(one.promotion(), cart)) {
      return Loss.NOT_COVERED;
    }
    if (one.leastSpendCents() > 0 && cart.coveredCents(one.promotion()) < one.leastSpendCents()) {
      return Loss.BELOW_MINIMUM_SPEND;
    }
    return null;
  }

  private boolean holds(int condition) {
    if (tested[condition] == UNTESTED) {
      tested[condition] = facts.holds(rules.conditions()[condition]) ? HOLDS : FAILS;
    }
    return tested[condition] == HOLDS;
  }
}
