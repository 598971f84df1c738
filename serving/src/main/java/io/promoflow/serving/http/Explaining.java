package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Standing;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells why each promotion of a decision lost, and the code of the one that was given.
 *
 * @param words of decisions
 * @param past with the rules of then
 * @param ledger that keeps the promises
 * @param workers that read the rules of then
 */
record Explaining(Words words, Past past, Ledger ledger, Executor workers) {
  private static final Logger LOG = LoggerFactory.getLogger(Explaining.class);

  CompletableFuture<ExplainedDecision> of(Decision decision) {
    return standing(decision).thenApplyAsync(found -> words.of(decision, found), workers);
  }

  /** How a promise stands that the ledger alone still knows the code of; null when nobody does. */
  private CompletableFuture<Standing> standing(Decision decision) {
    if (!words.isGone(decision) || past.isAway()) {
      return CompletableFuture.completedFuture(null);
    }
    Claim claim = QuoteService.claim(decision);
    return ledger
        .standings(List.of(claim))
        .thenApply(standings -> standings.get(claim))
        .exceptionally(
            failure -> {
              LOG.warn("the code of what is gone is told by its rules: {}", failure.getMessage());
              return null;
            })
        .toCompletableFuture();
  }
}
