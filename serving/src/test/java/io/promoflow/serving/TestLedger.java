package io.promoflow.serving;

import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A ledger of budgets in memory; it refuses some promotions whenever they are reserved. */
public final class TestLedger implements Ledger {
  private final Map<String, Long> left;
  private final Map<String, Refusal> refusals;
  private final Set<String> lostInTheRace = new HashSet<>();
  final Map<String, Claim> granted = new HashMap<>();
  final List<Claim> wanted = new ArrayList<>();

  public TestLedger(Map<String, Long> budgets, Map<String, Refusal> refusals) {
    this.left = new HashMap<>(budgets);
    this.refusals = refusals;
  }

  /** Grants it when asked, and refuses it when it comes to reserve. */
  TestLedger losesTheRaceFor(String promotionId) {
    lostInTheRace.add(promotionId);
    return this;
  }

  @Override
  public Optional<Refusal> reserve(Claim claim) {
    if (lostInTheRace.contains(claim.promotionId())) {
      return Optional.of(Refusal.BUDGET_SPENT);
    }
    Optional<Refusal> refusal = wouldRefuse(claim);
    if (refusal.isEmpty() && granted.putIfAbsent(claim.decisionId(), claim) == null) {
      left.computeIfPresent(claim.promotionId(), (id, cents) -> cents - claim.costCents());
    }
    return refusal;
  }

  @Override
  public Optional<Refusal> wouldRefuse(Claim claim) {
    if (claim.equals(granted.get(claim.decisionId()))) {
      return Optional.empty();
    }
    Long budget = left.get(claim.promotionId());
    return budget != null && budget < claim.costCents()
        ? Optional.of(Refusal.BUDGET_SPENT)
        : Optional.ofNullable(refusals.get(claim.promotionId()));
  }

  @Override
  public void want(Claim claim) {
    wanted.add(claim);
  }

  @Override
  public void release(String decisionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Settlement> settle(Redemption redemption) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
