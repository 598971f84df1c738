package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.scoring.Scores;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The margin of the cart that a logged decision was made on. The log keeps no lines, of which it is
 * the sum, but the gain of each candidate, which follows from it: gain = (p' − p) m − p' c, see
 * {@link Valuation}.
 */
public final class LoggedMargin {
  /** Gains are told to hundredths of a cent; a smaller effect leaves too little of the margin. */
  private static final double LEAST_EFFECT = 0.001;

  /** Uses are told to millionths. */
  private static final double SAME = 1e-6;

  private LoggedMargin() {}

  /**
   * Cents, by the candidate that tells it best; empty when none does.
   *
   * @param then the rules that it was made under
   * @param scores what the models of then say
   */
  public static OptionalDouble cents(
      Decision decision, RuleSet then, Scores scores, Assumptions assumptions) {
    double best = 0;
    double cents = 0;
    for (Candidate one : decision.candidates()) {
      Optional<Promotion> promotion = find(one, then);
      if (promotion.isEmpty()) {
        continue;
      }
      Valuation.Response response = Valuation.response(promotion.get().kind(), scores, assumptions);
      double effect = response.with() - response.without();
      if (Math.abs(response.with() - one.use()) <= SAME && Math.abs(effect) > Math.abs(best)) {
        best = effect;
        cents = (one.gainCents() + response.with() * one.costCents()) / effect;
      }
    }
    return Math.abs(best) < LEAST_EFFECT ? OptionalDouble.empty() : OptionalDouble.of(cents);
  }

  private static Optional<Promotion> find(Candidate one, RuleSet then) {
    return one.promotionId() == null || one.gainCents() == null || one.use() == null
        ? Optional.empty()
        : then.promotions().stream().filter(any -> any.id().equals(one.promotionId())).findFirst();
  }
}
