package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.FeatureRows;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers questions from memory, once each: the first decision with an id is the answer for good.
 *
 * <p>A decision is answered only after the log has it, so that nothing is promised which evaluation
 * never hears of.
 */
final class DecisionService implements AutoCloseable {
  /** As many as the pool of the archive has connections. */
  static final int WORKERS = 8;

  /** Longer than a decision takes from the log into the archive. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(10);

  private final Decider decider;
  private final Duration featuresLag;
  private final Knowledge knowledge;
  private final DecisionLog log;
  private final DecisionArchive archive;
  private final ExecutorService workers;
  private final AsyncCache<String, Decision> answers;
  private final Cache<String, Map<String, String>> recentOffers;

  DecisionService(
      HttpOptions options, Knowledge knowledge, DecisionLog log, DecisionArchive archive) {
    this.decider = new Decider(options.assumptions());
    this.featuresLag = options.featuresLag();
    this.knowledge = knowledge;
    this.log = log;
    this.archive = archive;
    this.workers = Executors.newFixedThreadPool(WORKERS, threads());
    this.answers =
        Caffeine.newBuilder().maximumSize(options.remembered()).executor(workers).buildAsync();
    this.recentOffers =
        Caffeine.newBuilder()
            .maximumSize(options.remembered())
            .expireAfterWrite(ON_ITS_WAY)
            .executor(workers)
            .build();
  }

  private static ThreadFactory threads() {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, "promoflow-decisions-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** The answer; the same question at the same time is decided once. */
  CompletableFuture<Decision> decide(DecisionRequest request) {
    return answers.get(
        request.decisionId(),
        (id, executor) ->
            CompletableFuture.supplyAsync(() -> archive.find(id), workers)
                .thenComposeAsync(
                    known ->
                        known.map(CompletableFuture::completedFuture).orElseGet(() -> now(request)),
                    workers));
  }

  /** A decision that was made before, by this server or anybody. */
  CompletableFuture<Optional<Decision>> find(String decisionId) {
    CompletableFuture<Decision> remembered = answers.getIfPresent(decisionId);
    return remembered == null
        ? CompletableFuture.supplyAsync(() -> archive.find(decisionId), workers)
        : remembered.thenApply(Optional::of);
  }

  private CompletableFuture<Decision> now(DecisionRequest request) {
    RuleSet rules = knowledge.rules();
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    FeatureRow row =
        FeatureRows.at(knowledge.rows(request.shopperId()), request.at(), featuresLag).orElse(null);
    Decision decision =
        decider.decideBriefly(
            request, row, knowledge.models(), rules, caps(rules, request.shopperId()), null);
    note(decision);
    return log.append(decision)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                forget(decision);
              }
            })
        .thenApply(done -> decision)
        .toCompletableFuture();
  }

  private Caps caps(RuleSet rules, String shopperId) {
    if (rules.promotions().stream().map(Promotion::perShopperCap).allMatch(Objects::isNull)) {
      return Caps.NONE;
    }
    var offers = new HashMap<>(archive.offers(shopperId));
    Map<String, String> recent = recentOffers.getIfPresent(shopperId);
    if (recent != null) {
      offers.putAll(recent);
    }
    return promotionId ->
        Math.toIntExact(offers.values().stream().filter(promotionId::equals).count());
  }

  private void note(Decision decision) {
    if (decision.promotionId() != null) {
      recentOffers
          .get(decision.shopperId(), id -> new ConcurrentHashMap<>())
          .put(decision.decisionId(), decision.promotionId());
    }
  }

  private void forget(Decision decision) {
    Map<String, String> recent = recentOffers.getIfPresent(decision.shopperId());
    if (recent != null) {
      recent.remove(decision.decisionId());
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    log.close();
    archive.close();
  }
}
