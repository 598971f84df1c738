package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.pricing.Pricing;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides under one version of the rules without allocating anything: {@link #decide} finds the
 * promotion, everything else tells of the decision made last. Used by one thread.
 */
public final class DecisionCore {
  /** No promotion. */
  public static final int NONE = -1;

  private static final double HUNDREDTHS = 100;

  private final Assumptions assumptions;
  private final CompiledRules rules;
  private final Screening screening;
  private final double[] scores;
  private final long[] costs;
  private final char[] letters;
  private Strategy strategy;
  private int chosen;

  public DecisionCore(Assumptions assumptions, RuleSet rules) {
    this(assumptions, new CompiledRules(rules));
  }

  DecisionCore(Assumptions assumptions, CompiledRules rules) {
    this.assumptions = assumptions;
    this.rules = rules;
    this.screening = new Screening(rules);
    this.scores = new double[rules.size()];
    this.costs = new long[rules.size()];
    this.letters = new char[rules.size()];
  }

  /** The rules that it decides under. */
  public RuleSet rules() {
    return rules.rules();
  }

  /** Number of the promotion in the rules, or {@link #NONE}. */
  public int decide(DecisionRequest request, FeatureRow row, Scores said, Caps caps) {
    RuleSet set = rules.rules();
    strategy = Strategy.choose(request, set.experiments(), said.segment());
    screening.run(request, row, said, strategy, new OfferLimits(set, caps, request.at()));
    chosen = NONE;
    for (int i = 0; i < scores.length; i++) {
      if (screening.loss(i) == null) {
        score(i, request.cart(), said);
        if ((strategy.givesAnyScore() || scores[i] > 0) && (chosen < 0 || isBetter(i, chosen))) {
          chosen = i;
        }
      }
    }
    return chosen;
  }

  private void score(int i, Cart cart, Scores said) {
    costs[i] = Pricing.costCents(rules.promotion(i).promotion(), cart);
    scores[i] =
        assumptions.incrementalProfitCents(said.propensity(), cart.totalCents(), costs[i]);
  }

  private boolean isBetter(int one, int other) {
    int order = Double.compare(scores[one], scores[other]);
    return order > 0 || (order == 0 && rules.promotion(one).rank() < rules.promotion(other).rank());
  }

  /** The decision made last, as a record. */
  Decision decision(DecisionRequest request, FeatureRow row, Scores said) {
    var open = new ArrayList<Candidate>();
    for (int i = 0; i < letters.length; i++) {
      Loss loss = screening.loss(i);
      letters[i] = loss == null ? Loss.OPEN : loss.letter();
      if (loss == null) {
        open.add(candidate(i));
      }
    }
    return new Decision(
        request.decisionId(),
        request.requestId(),
        request.trigger(),
        request.shopperId(),
        request.at(),
        request.cart().totalCents(),
        said.segment(),
        said.propensity(),
        strategy.experimentId(),
        strategy.variant(),
        chosen < 0 ? null : promotion(chosen).id(),
        strategy.probability(),
        chosen < 0 ? 0 : costs[chosen],
        List.copyOf(open),
        rules.rules().version(),
        said.modelVersions(),
        row == null ? null : row.featuresVersion(),
        row == null ? null : row.asOf(),
        said.contributions(),
        null,
        false,
        new String(letters));
  }

  private Candidate candidate(int i) {
    double score = Math.rint(scores[i] * HUNDREDTHS) / HUNDREDTHS; // told, not compared
    if (i == chosen) {
      return new Candidate(promotion(i).id(), score, null, null);
    }
    boolean worthless = chosen < 0 || (scores[i] <= 0 && scores[chosen] > 0);
    return new Candidate(
        promotion(i).id(),
        score,
        worthless ? Loss.NOT_WORTH_ITS_COST : Loss.LOWER_SCORE,
        null);
  }

  private Promotion promotion(int number) {
    return rules.promotion(number).promotion();
  }
}
