package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was decided for one shopper at one moment, and why: the record that evaluation, explanation,
 * audit and complaint handling share. The first decision with an id counts; a repeat is the same
 * question asked again.
 *
 * @param decisionId derived from the request id, so a repeated request gets the same id
 * @param requestId what asked: the shop's request id, or the id of the event that triggered it
 * @param trigger what kind of moment
 * @param shopperId pseudonym
 * @param at the moment that was decided for, on the event-time clock
 * @param cartCents value of the cart; 0 when empty or unknown
 * @param segment null when the shopper has none yet
 * @param propensity probability of an order in the horizon; null when there is no model yet
 * @param experimentId null when the shopper is in no experiment here
 * @param variant null when the shopper is in no experiment here
 * @param promotionId null when no promotion was chosen
 * @param probability with which this choice was made, 0 to 1
 * @param expectedCostCents cost of the chosen promotion when it is used, on a usual order where the
 *     cart is empty; 0 when none
 * @param candidates every promotion that was looked at, then giving nothing, and why each but the
 *     chosen one lost; those that were not open to the shopper may be told by {@code losses}
 *     instead
 * @param ruleVersion rule set it was made under
 * @param modelVersions model name to version
 * @param featuresVersion null when there was no feature row
 * @param featuresAsOf null when there was no feature row
 * @param contributions what each feature added to the propensity's log-odds, largest first
 * @param pricesVersion dual prices that the costs were weighed with; null when there were none
 * @param stale whether it was decided from memory while broker or store were away
 * @param losses one {@link Loss#letter} per promotion of the rule version, in its order: why it was
 *     not open to the shopper, or {@link Loss#OPEN}; null when the candidates tell of all
 * @param triggered whether a promotion that only some variants of the experiment have suited the
 *     shopper at this moment, caps, budgets and the own variant left aside; else no variant would
 *     have done anything else. Null outside experiments, or when nobody asked
 */
public record Decision(
    String decisionId,
    String requestId,
    Trigger trigger,
    String shopperId,
    Instant at,
    long cartCents,
    String segment,
    Double propensity,
    String experimentId,
    String variant,
    String promotionId,
    double probability,
    long expectedCostCents,
    List<Candidate> candidates,
    long ruleVersion,
    Map<String, String> modelVersions,
    String featuresVersion,
    Instant featuresAsOf,
    List<Contribution> contributions,
    String pricesVersion,
    boolean stale,
    String losses,
    Boolean triggered) {

  /** A decision of which nobody asked whether it was triggered. */
  public Decision(
      String decisionId,
      String requestId,
      Trigger trigger,
      String shopperId,
      Instant at,
      long cartCents,
      String segment,
      Double propensity,
      String experimentId,
      String variant,
      String promotionId,
      double probability,
      long expectedCostCents,
      List<Candidate> candidates,
      long ruleVersion,
      Map<String, String> modelVersions,
      String featuresVersion,
      Instant featuresAsOf,
      List<Contribution> contributions,
      String pricesVersion,
      boolean stale,
      String losses) {
    this(
        decisionId,
        requestId,
        trigger,
        shopperId,
        at,
        cartCents,
        segment,
        propensity,
        experimentId,
        variant,
        promotionId,
        probability,
        expectedCostCents,
        candidates,
        ruleVersion,
        modelVersions,
        featuresVersion,
        featuresAsOf,
        contributions,
        pricesVersion,
        stale,
        losses,
        null);
  }

  /** A decision whose candidates tell of every promotion. */
  public Decision(
      String decisionId,
      String requestId,
      Trigger trigger,
      String shopperId,
      Instant at,
      long cartCents,
      String segment,
      Double propensity,
      String experimentId,
      String variant,
      String promotionId,
      double probability,
      long expectedCostCents,
      List<Candidate> candidates,
      long ruleVersion,
      Map<String, String> modelVersions,
      String featuresVersion,
      Instant featuresAsOf,
      List<Contribution> contributions,
      String pricesVersion,
      boolean stale) {
    this(
        decisionId,
        requestId,
        trigger,
        shopperId,
        at,
        cartCents,
        segment,
        propensity,
        experimentId,
        variant,
        promotionId,
        probability,
        expectedCostCents,
        candidates,
        ruleVersion,
        modelVersions,
        featuresVersion,
        featuresAsOf,
        contributions,
        pricesVersion,
        stale,
        null);
  }

  /** A decision without dual prices, made while broker and store were there. */
  public Decision(
      String decisionId,
      String requestId,
      Trigger trigger,
      String shopperId,
      Instant at,
      long cartCents,
      String segment,
      Double propensity,
      String experimentId,
      String variant,
      String promotionId,
      double probability,
      long expectedCostCents,
      List<Candidate> candidates,
      long ruleVersion,
      Map<String, String> modelVersions,
      String featuresVersion,
      Instant featuresAsOf,
      List<Contribution> contributions) {
    this(
        decisionId,
        requestId,
        trigger,
        shopperId,
        at,
        cartCents,
        segment,
        propensity,
        experimentId,
        variant,
        promotionId,
        probability,
        expectedCostCents,
        candidates,
        ruleVersion,
        modelVersions,
        featuresVersion,
        featuresAsOf,
        contributions,
        null,
        false);
  }

  /** The same, marked as made from memory. */
  public Decision asStale() {
    return stale
        ? this
        : new Decision(
            decisionId,
            requestId,
            trigger,
            shopperId,
            at,
            cartCents,
            segment,
            propensity,
            experimentId,
            variant,
            promotionId,
            probability,
            expectedCostCents,
            candidates,
            ruleVersion,
            modelVersions,
            featuresVersion,
            featuresAsOf,
            contributions,
            pricesVersion,
            true,
            losses,
            triggered);
  }

  /** The same question answered with nothing, from memory, by no experiment. */
  public Decision withoutPromise() {
    return new Decision(
        decisionId,
        requestId,
        trigger,
        shopperId,
        at,
        cartCents,
        segment,
        propensity,
        null,
        null,
        null,
        1,
        0,
        List.of(),
        ruleVersion,
        modelVersions,
        featuresVersion,
        featuresAsOf,
        List.of(),
        null,
        true,
        null);
  }

  /**
   * One choice that was looked at.
   *
   * @param promotionId which; null for giving nothing, which scores 0 and comes last
   * @param score what it would gain less what it would take from others, {@code gainCents −
   *     priceCents}; null when it was never scored
   * @param loss null for the chosen one
   * @param detail the rule and the value, for people; null for the chosen one
   * @param costCents what it costs the shop when it is used on this cart, on a usual order where
   *     the cart is empty; null when never scored
   * @param gainCents expected incremental profit in cents; null when never scored
   * @param use probability that it would be used, 0 to 1; null when never scored
   * @param priceCents what the budget, stock and contacts that it would use are worth to others, by
   *     the dual prices, cents; null when never scored
   */
  public record Candidate(
      String promotionId,
      Double score,
      Loss loss,
      String detail,
      Long costCents,
      Double gainCents,
      Double use,
      Double priceCents) {

    /** One that was never valued. */
    public Candidate(String promotionId, Double score, Loss loss, String detail) {
      this(promotionId, score, loss, detail, null, null, null, null);
    }

    /** The same in words. */
    public Candidate withDetail(String words) {
      return new Candidate(promotionId, score, loss, words, costCents, gainCents, use, priceCents);
    }
  }

  /** Why a candidate was not chosen. */
  public enum Loss {
    NOT_IN_VARIANT('V'),
    OUTSIDE_PERIOD('T'),
    NOT_ELIGIBLE('E'),
    NOT_COVERED('N'),
    BELOW_MINIMUM_SPEND('M'),
    CAP_REACHED('C'),
    /** The shopper was offered enough lately, of whatever. */
    CONTACT_CAP_REACHED('K'),
    /** Another of its stacking group goes first. */
    EXCLUDED_IN_GROUP('G'),
    HOLDOUT('H'),
    PAUSED('P'),
    /** What is left of its budget does not cover its cost. */
    BUDGET_SPENT('B'),
    /** No unit of it is left. */
    OUT_OF_STOCK('S'),
    /** Its budget is ahead of the plan for its period. */
    PACED('A'),
    /** The server had too little of its budget at hand, though there may be more. */
    NO_LEASE('U'),
    NOT_WORTH_ITS_COST('W'),
    LOWER_SCORE('L'),
    /** It scores more, but another one was drawn to be tried. */
    NOT_DRAWN('D');

    /** Stands for a promotion that was open to the shopper. */
    public static final char OPEN = '.';

    private final char letter;

    Loss(char letter) {
      this.letter = letter;
    }

    /** The short form, in {@link Decision#losses}. */
    public char letter() {
      return letter;
    }

    /** Whether the ledger refuses by it what is open to the shopper. */
    public boolean isRefusal() {
      return switch (this) {
        case BUDGET_SPENT, OUT_OF_STOCK, PACED, NO_LEASE, CAP_REACHED -> true;
        default -> false;
      };
    }
  }

  /**
   * What one feature added to what the propensity model says.
   *
   * @param added log-odds of a logistic model, probability of a forest
   */
  public record Contribution(String feature, double added) {}
}
