package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.ledger.Claim;
import java.util.Comparator;

/** A promotion that may be given, with what it would bring. */
record Scored(Promotion promotion, Valuation valuation) {
  private static final double HUNDRED = 100;
  private static final double MILLION = 1e6;

  /** Best first: score, then priority, then id. */
  static final Comparator<Scored> BEST_FIRST = Scored::bestFirst;

  private static int bestFirst(Scored one, Scored other) {
    return bestFirst(one.score(), one.promotion, other.score(), other.promotion);
  }

  static int bestFirst(double score, Promotion one, double otherScore, Promotion other) {
    int order = Double.compare(otherScore, score);
    if (order != 0) {
      return order;
    }
    int byPriority = Integer.compare(other.priority(), one.priority());
    return byPriority != 0 ? byPriority : one.id().compareTo(other.id());
  }

  String id() {
    return promotion.id();
  }

  /** Whether there is a budget or a stock of it. */
  boolean isLimited() {
    return promotion.budgetCents() != null || promotion.stock() != null;
  }

  /** Whether only one of both may be given: they are of one stacking group. */
  boolean excludes(Scored other) {
    String group = promotion.stackingGroup();
    return group != null && group.equals(other.promotion.stackingGroup());
  }

  double score() {
    return valuation.score();
  }

  Claim claim(DecisionRequest request, String decisionId) {
    return new Claim(decisionId, id(), request.shopperId(), valuation.costCents(), request.at());
  }

  private static double rounded(double number, double parts) {
    return Math.rint(number * parts) / parts + 0.0; // -0.0 becomes 0.0
  }

  Candidate won() {
    return lost(null, null);
  }

  /** Numbers are told to hundredths of a cent and millionths of a chance. */
  Candidate lost(Loss loss, String detail) {
    return new Candidate(
        id(),
        rounded(score(), HUNDRED),
        loss,
        detail,
        valuation.costCents(),
        rounded(valuation.gainCents(), HUNDRED),
        rounded(valuation.use(), MILLION),
        rounded(valuation.priceCents(), HUNDRED));
  }
}
