package io.promoflow.serving.ledger;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger without limits: it grants everything and keeps nothing, so it can settle nothing. */
public final class OpenLedger implements Ledger {
  public static final OpenLedger INSTANCE = new OpenLedger();

  private OpenLedger() {}

  @Override
  public Optional<Refusal> reserve(Claim claim) {
    return Optional.empty();
  }

  @Override
  public Optional<Refusal> wouldRefuse(Claim claim) {
    return Optional.empty();
  }

  @Override
  public void release(String decisionId) {}

  @Override
  public CompletionStage<Settlement> settle(Redemption redemption) {
    return wouldSettle(redemption);
  }

  @Override
  public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
    return CompletableFuture.completedFuture(
        new Settlement(
            redemption.key(), redemption.decisionId(), null, false, Refusal.NOTHING_PROMISED, 0));
  }

  @Override
  public void close() {}
}
