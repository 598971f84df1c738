package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.http.Lookups.Found;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What would be decided; nothing is logged, reserved or kept.
 *
 * @param deciding without reserving anything
 * @param known what was decided before
 * @param past what shoppers were offered
 * @param isWhole whether broker and store answer
 */
record DryRuns(Deciding deciding, KnownDecisions known, Past past, BooleanSupplier isWhole) {

  /** What would be decided now, or was decided before. */
  CompletableFuture<Decision> of(DecisionRequest request) {
    return of(request, deciding.knowledge().rules());
  }

  /** The same under rules that were in force a moment ago, so that several go by the same. */
  CompletableFuture<Decision> of(DecisionRequest request, RuleSet rules) {
    return known
        .lookUp(request.decisionId())
        .thenCompose(
            found ->
                found.value() == null
                    ? decided(request, rules, found.blind())
                    : CompletableFuture.completedFuture(found.value()))
        .thenApply(this::marked);
  }

  /** What would be decided now for a question that cannot have been asked before. */
  CompletableFuture<Decision> ofNew(DecisionRequest request, RuleSet rules) {
    return decided(request, rules, false).thenApply(this::marked);
  }

  private Decision marked(Decision made) {
    return isWhole.getAsBoolean() ? made : made.asStale();
  }

  private CompletableFuture<Decision> decided(
      DecisionRequest request, RuleSet rules, boolean blind) {
    var offers = new CompletableFuture<Found<Offers>>();
    if (deciding.offered().matters(rules)) {
      past.offers(request.shopperId(), offers::complete);
    } else {
      offers.complete(Deciding.NOT_ASKED);
    }
    return offers.thenApply(
        found -> {
          Decision made = deciding.decide(request, rules, found);
          return blind || found.blind() ? made.asStale() : made;
        });
  }
}
