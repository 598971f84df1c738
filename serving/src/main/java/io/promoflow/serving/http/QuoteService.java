package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Standing;
import io.promoflow.serving.quote.Quote;
import io.promoflow.serving.quote.QuoteRequest;
import io.promoflow.serving.quote.Quoting;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes quotes of what rules, decisions and ledger say.
 *
 * @param decisions that were made, here or elsewhere
 * @param past with the rules of then
 * @param knowledge of the rules in force
 * @param ledger that keeps the promises
 */
record QuoteService(KnownDecisions decisions, Past past, Knowledge knowledge, Ledger ledger) {

  /** Spends nothing and keeps nothing. Nobody waits for a store that is known to be away. */
  CompletionStage<Quote> quote(QuoteRequest request) {
    RuleSet rules = knowledge.rules();
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    if (past.isAway()) {
      throw Past.unavailable();
    }
    return found(request.decisionIds())
        .thenCompose(
            found ->
                past.rules(Quoting.versionsThatFoundProducts(rules, found.values()))
                    .thenCompose(older -> quote(request, rules, older, found)));
  }

  private CompletionStage<Quote> quote(
      QuoteRequest request, RuleSet rules, Map<Long, RuleSet> older, Map<String, Decision> found) {
    return ledger
        .standings(claims(request.shopperId(), found.values()))
        .thenApply(by -> Quoting.of(request, rules, older, found, byDecision(by)));
  }

  /** Those that are known. */
  private CompletableFuture<Map<String, Decision>> found(List<String> decisionIds) {
    List<CompletableFuture<Optional<Decision>>> asked =
        decisionIds.stream().map(decisions::find).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              var found = new HashMap<String, Decision>();
              asked.forEach(
                  one -> one.join().ifPresent(known -> found.put(known.decisionId(), known)));
              return found;
            });
  }

  /** What was promised to this shopper. */
  private static List<Claim> claims(String shopperId, Collection<Decision> decisions) {
    return decisions.stream()
        .filter(one -> one.shopperId().equals(shopperId) && one.promotionId() != null)
        .map(QuoteService::claim)
        .toList();
  }

  /** What a decision that gave a promotion claims. */
  static Claim claim(Decision decision) {
    return new Claim(
        decision.decisionId(),
        decision.promotionId(),
        decision.shopperId(),
        Math.max(0, decision.expectedCostCents()),
        decision.at());
  }

  private static Map<String, Standing> byDecision(Map<Claim, Standing> standings) {
    var found = new HashMap<String, Standing>();
    standings.forEach((claim, standing) -> found.put(claim.decisionId(), standing));
    return found;
  }
}
