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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Which promotions are open to a shopper, and why each other one is not: the part of a decision
 * that grows with the rules. It says the same as {@link Eligibility}, {@link OfferLimits} and
 * {@link ExclusiveGroups} do one promotion at a time, which also find the words; here a look at
 * each fact rules out whatever does not suit it, only what is left is looked at by itself, and next
 * to nothing is allocated. Used by one thread, again and again: {@link #run}, {@link #open}, then
 * whatever else.
 */
final class Screening implements Successors {
  private static final byte OPEN = (byte) Loss.OPEN;

  /** Of every thread its own, for the rules that it screened under last. */
  private static final ThreadLocal<Screening> LAST = new ThreadLocal<>();

  private final CompiledRules rules;
  private final Facts facts;

  /** A bit for each promotion that does not suit the moment, or what is known of the shopper. */
  private final BitSet ruledOut;

  /** A bit for each promotion that is open. */
  private final BitSet open;

  /** A bit for each promotion that would be open but for another one of its group. */
  private final BitSet behind;

  /** Of each promotion the letter of its loss. */
  private final byte[] letters;

  private final int[] firstOfGroup;
  private List<Scored> scored;
  private Cart cart;
  private double margin;
  private Scores scores;
  private Assumptions assumptions;
  private DualPrices prices;

  Screening(CompiledRules rules) {
    this.rules = rules;
    this.facts = new Facts(rules.facts());
    this.ruledOut = new BitSet(rules.size());
    this.open = new BitSet(rules.size());
    this.behind = new BitSet(rules.size());
    this.letters = new byte[rules.size()];
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

  RuleSet rules() {
    return rules.rules();
  }

  /** Where the experiments of the rules lie in their layers. */
  Layers layers() {
    return rules.layers();
  }

  /** Screens every promotion. */
  void run(
      DecisionRequest request,
      FeatureRow row,
      Scores scores,
      Strategy strategy,
      OfferLimits limits) {
    facts.fill(request, row, scores);
    ruledOut.clear();
    facts.ruleOut(rules.ruledOut(), ruledOut);
    Arrays.fill(letters, letter(Loss.NOT_ELIGIBLE));
    for (int timed : rules.timed()) {
      if (!rules.promotion(timed).holds(request.at())) {
        ruledOut.set(timed);
        letters[timed] = letter(Loss.OUTSIDE_PERIOD);
      }
    }
    open.set(0, letters.length);
    if (strategy.allowed() != null) {
      BitSet allowed = rules.allowed(strategy.allowed());
      open.and(allowed);
      for (int i = allowed.nextClearBit(0); i < letters.length; i = allowed.nextClearBit(i + 1)) {
        letters[i] = letter(strategy.loss());
      }
    }
    open.andNot(ruledOut);
    lookAtEach(request, limits);
  }

  /** What no fact rules out. */
  private void lookAtEach(DecisionRequest request, OfferLimits limits) {
    Arrays.fill(firstOfGroup, -1);
    behind.clear();
    for (int i = open.nextSetBit(0); i >= 0; i = open.nextSetBit(i + 1)) {
      Loss loss = loss(rules.promotion(i), request, limits);
      if (loss == null) {
        letters[i] = OPEN;
        goesFirst(i);
      } else {
        close(i, loss);
      }
    }
    if (firstOfGroup.length > 0) {
      for (int i = open.nextSetBit(0); i >= 0; i = open.nextSetBit(i + 1)) {
        int group = rules.promotion(i).group();
        if (group >= 0 && firstOfGroup[group] != i) {
          close(i, Loss.EXCLUDED_IN_GROUP);
          behind.set(i);
        }
      }
    }
  }

  private void close(int promotion, Loss loss) {
    open.clear(promotion);
    letters[promotion] = letter(loss);
  }

  private static byte letter(Loss loss) {
    return (byte) loss.letter();
  }

  /**
   * What is open, in the order of the rules, with what it would bring; grows when a promotion takes
   * the place of another one, and is another list after the next {@link #run}.
   *
   * @param of see {@link ExpectedOrder}
   */
  List<Scored> open(
      DecisionRequest request, Cart of, Scores said, Assumptions assumed, DualPrices priced) {
    this.cart = of;
    this.margin = Valuation.marginCents(request, of, rules.rules().margin(), assumed);
    this.scores = said;
    this.assumptions = assumed;
    this.prices = priced;
    this.scored = new ArrayList<>();
    for (int i = open.nextSetBit(0); i >= 0; i = open.nextSetBit(i + 1)) {
      scored.add(scored(i));
    }
    return scored;
  }

  private Scored scored(int promotion) {
    Promotion one = rules.promotion(promotion).promotion();
    return new Scored(one, Valuation.of(one, cart, margin, scores, assumptions, prices));
  }

  @Override
  public Scored after(Scored refused) {
    String group = refused.promotion().stackingGroup();
    int next = -1;
    for (int i = group == null ? -1 : behind.nextSetBit(0); i >= 0; i = behind.nextSetBit(i + 1)) {
      CompiledPromotion one = rules.promotion(i);
      if (group.equals(one.promotion().stackingGroup())
          && (next < 0 || one.rank() < rules.promotion(next).rank())) {
        next = i;
      }
    }
    return next < 0 ? null : takeUp(next);
  }

  private Scored takeUp(int promotion) {
    Scored one = scored(promotion);
    int place = 0;
    for (int i = open.nextSetBit(0); i >= 0 && i < promotion; i = open.nextSetBit(i + 1)) {
      place++;
    }
    scored.add(place, one);
    behind.clear(promotion);
    open.set(promotion);
    letters[promotion] = OPEN;
    return one;
  }

  /** The losses as {@link Decision#losses} has them, when the choice is made. */
  String letters() {
    return new String(letters, StandardCharsets.ISO_8859_1);
  }

  /** What {@link Decision#triggered} tells; to be asked after {@link #run}. */
  Boolean triggered(Strategy strategy, DecisionRequest request) {
    if (strategy.experimentId() == null) {
      return null;
    }
    BitSet differing = rules.differing(strategy.experimentId());
    if (differing == null) {
      return null;
    }
    for (int i = differing.nextSetBit(0); i >= 0; i = differing.nextSetBit(i + 1)) {
      if (!ruledOut.get(i) && suits(i, request)) {
        return true;
      }
    }
    return false;
  }

  /** Whether what no fact rules out suits the shopper, or would but for what came before. */
  private boolean suits(int promotion, DecisionRequest request) {
    byte letter = letters[promotion];
    return letter == OPEN
        || letter == letter(Loss.CAP_REACHED)
        || letter == letter(Loss.CONTACT_CAP_REACHED)
        || letter == letter(Loss.EXCLUDED_IN_GROUP)
        || (letter == letter(Loss.NOT_IN_VARIANT)
            && misfit(rules.promotion(promotion), request) == null);
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

  /** Why what no fact rules out does not suit the shopper or the cart; null when it does. */
  private Loss misfit(CompiledPromotion one, DecisionRequest request) {
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
}
