package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.ledger.Claim;
import java.util.Comparator;

/** A promotion that may be given, with what it would bring. */
record Scored(Promotion promotion, Valuation valuation) {
  /** Best first: score, then priority, then id. */
  static final Comparator<Scored> BEST_FIRST =
      Comparator.comparingDouble((Scored one) -> -one.score())
          .thenComparing(one -> -one.promotion().priority())
          .thenComparing(Scored::id);

  String id() {
    return promotion.id();
  }

  double score() {
    return valuation.score();
  }

  Claim claim(DecisionRequest request) {
    return new Claim(
        request.decisionId(), id(), request.shopperId(), valuation.costCents(), request.at());
  }

  Candidate won() {
    return lost(null, null);
  }

  Candidate lost(Loss loss, String detail) {
    return new Candidate(
        id(),
        score(),
        loss,
        detail,
        valuation.costCents(),
        valuation.gainCents(),
        valuation.use(),
        valuation.priceCents());
  }
}
