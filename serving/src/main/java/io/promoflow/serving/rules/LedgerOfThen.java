package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Answers as the ledger did when a logged decision was made: what it refused then it refuses again,
 * everything else it grants. Of a promotion whose limits are others now nobody knows; then it
 * grants, and says that it is not sure. How far limits reach that are lower now {@link
 * PlannedLimits} says.
 */
final class LedgerOfThen implements Ledger {
  private final Map<String, Refusal> refused = new HashMap<>();
  private final Map<String, Long> costs = new HashMap<>();
  private Predicate<String> hasSameLimits = promotion -> true;
  private boolean sure = true;

  /** What is asked from here on is about this decision. */
  void goBackTo(Decision decision, Predicate<String> sameLimits) {
    refused.clear();
    costs.clear();
    sure = true;
    hasSameLimits = sameLimits;
    for (Candidate one : decision.candidates()) {
      refusal(one.loss()).ifPresent(why -> refused.put(one.promotionId(), why));
    }
  }

  /** False when it granted what it may have refused. */
  boolean isSure() {
    return sure;
  }

  /** Whether it refused a promotion then; what it grants of these now may have been refused. */
  boolean hasRefused(String promotion) {
    return refused.containsKey(promotion);
  }

  /** What a promise of a promotion costs, cents; 0 for those that nobody asked for. */
  long costCents(String promotion) {
    return costs.getOrDefault(promotion, 0L);
  }

  private static Optional<Refusal> refusal(Loss loss) {
    if (loss == null) {
      return Optional.empty();
    }
    return switch (loss) {
      case BUDGET_SPENT -> Optional.of(Refusal.BUDGET_SPENT);
      case OUT_OF_STOCK -> Optional.of(Refusal.OUT_OF_STOCK);
      case PACED -> Optional.of(Refusal.PACED);
      case NO_LEASE -> Optional.of(Refusal.NO_LEASE);
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<Refusal> wouldRefuse(Claim claim) {
    costs.put(claim.promotionId(), claim.costCents());
    return Optional.ofNullable(refused.get(claim.promotionId()))
        .filter(why -> hasSameLimits.test(claim.promotionId()));
  }

  @Override
  public Optional<Refusal> reserve(Claim claim) {
    sure = sure && !refused.containsKey(claim.promotionId());
    return wouldRefuse(claim);
  }

  @Override
  public void release(String decisionId) {
    // nothing was reserved
  }

  @Override
  public CompletionStage<Settlement> settle(Redemption redemption) {
    return OpenLedger.INSTANCE.settle(redemption);
  }

  @Override
  public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
    return OpenLedger.INSTANCE.wouldSettle(redemption);
  }

  @Override
  public void close() {
    // nothing is open
  }
}
