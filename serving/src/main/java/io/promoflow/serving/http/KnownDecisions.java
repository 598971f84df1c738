package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.serving.http.Lookups.Found;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Decisions that were made before, by this server or anybody.
 *
 * @param questions what is decided here now, and was told lately
 * @param past what the store has
 */
record KnownDecisions(OpenQuestions questions, Past past) {

  /** Empty when there is none; fails when nobody can say. */
  CompletableFuture<Optional<Decision>> find(String decisionId) {
    return lookUp(decisionId)
        .thenApply(
            found -> {
              if (found.blind()) {
                throw Past.unavailable();
              }
              return Optional.ofNullable(found.value());
            });
  }

  /** The same for whoever goes on when nobody can say. */
  CompletableFuture<Found<Decision>> lookUp(String decisionId) {
    Asking now = questions.find(decisionId);
    if (now != null) {
      return now.thenApply(answered -> new Found<>(answered.decision(), false));
    }
    var logged = new CompletableFuture<Found<Decision>>();
    past.decision(decisionId, logged::complete);
    return logged.thenApply(found -> found.value() == null ? orTold(decisionId, found) : found);
  }

  /** What was told here of a decision that the store does not have yet, or cannot tell of. */
  private Found<Decision> orTold(String decisionId, Found<Decision> logged) {
    Answered told = questions.told(decisionId);
    return told == null ? logged : new Found<>(told.decision(), false);
  }
}
