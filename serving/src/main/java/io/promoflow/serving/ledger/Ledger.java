package io.promoflow.serving.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One ledger for whoever decides: reserve at the decision, commit at the redemption, release
 * otherwise.
 */
public interface Ledger extends AutoCloseable {
  /**
   * Promises a cost, from memory: no round trip. A claim of the same decision again is granted
   * again and counts once.
   */
  Optional<Refusal> reserve(Claim claim);

  /** Whether the claim would be granted now; changes nothing. */
  Optional<Refusal> wouldRefuse(Claim claim);

  /**
   * Hears of a claim that {@link #wouldRefuse} turned down, so that there is more at hand for the
   * next one; a ledger that has all at hand ignores it.
   */
  default void want(Claim claim) {}

  /** Gives back what a decision reserved that was never told anybody. */
  void release(String decisionId);

  /** Carries a redemption out, durably. */
  CompletionStage<Settlement> settle(Redemption redemption);

  /** What {@link #settle} would answer now; changes nothing. */
  CompletionStage<Settlement> wouldSettle(Redemption redemption);

  /**
   * How the promises that were claimed stand; changes nothing. A ledger that keeps nothing knows of
   * none, and what is not known is left out.
   */
  default CompletionStage<Map<Claim, Standing>> standings(Collection<Claim> claims) {
    return CompletableFuture.completedFuture(Map.of());
  }

  /** Promises that are due by then run out; a ledger whose promises do not run out ignores it. */
  default void eventTime(Instant now) {}

  @Override
  void close();
}
