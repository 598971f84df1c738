package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.Explanation;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.RememberedOffers;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  /** Decides the same without reserving anything. */
  private final Decider dry;

  private final Duration featuresLag;
  private final Knowledge knowledge;
  private final DecisionLog log;
  private final DecisionArchive archive;
  private final Ledger ledger;
  private final ExecutorService workers;
  private final AsyncCache<String, Decision> answers;
  private final Cache<String, Map<String, Offer>> recentOffers;

  DecisionService(
      HttpOptions options,
      Knowledge knowledge,
      DecisionLog log,
      DecisionArchive archive,
      Ledger ledger) {
    this.decider = new Decider(options.assumptions(), ledger);
    this.dry = new Decider(options.assumptions(), new DryLedger(ledger));
    this.ledger = ledger;
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

  /** What would be decided now, or was decided before; nothing is logged, reserved or kept. */
  CompletableFuture<Decision> dryRun(DecisionRequest request) {
    return find(request.decisionId())
        .thenApplyAsync(known -> known.orElseGet(() -> decided(dry, request)), workers);
  }

  /** Why each promotion of a decision lost, in words. */
  CompletableFuture<List<Candidate>> explain(Decision decision) {
    return CompletableFuture.supplyAsync(() -> inWords(decision), workers);
  }

  private List<Candidate> inWords(Decision decision) {
    RuleSet current = knowledge.rules();
    Optional<RuleSet> rules =
        current != null && current.version() == decision.ruleVersion()
            ? Optional.of(current)
            : archive.rules(decision.ruleVersion());
    FeatureRow row =
        knowledge
            .rows(decision.shopperId())
            .filter(one -> one.asOf().equals(decision.featuresAsOf()))
            .findFirst()
            .orElse(null);
    return rules
        .map(then -> new Explanation(decision, then, row).candidates())
        .orElse(decision.candidates());
  }

  private Decision decided(Decider by, DecisionRequest request) {
    RuleSet rules = knowledge.rules();
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    FeatureRow row =
        FeatureRows.at(knowledge.rows(request.shopperId()), request.at(), featuresLag).orElse(null);
    return by.decideBriefly(
        request,
        row,
        knowledge.models(),
        rules,
        caps(rules, request.shopperId()),
        knowledge.prices());
  }

  private CompletableFuture<Decision> now(DecisionRequest request) {
    Decision decision = decided(decider, request);
    note(decision);
    return log.append(decision)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                forget(decision);
                ledger.release(decision.decisionId());
              }
            })
        .thenApply(done -> decision)
        .toCompletableFuture();
  }

  private Caps caps(RuleSet rules, String shopperId) {
    boolean uncapped =
        rules.contactCaps().isEmpty()
            && rules.promotions().stream().map(Promotion::perShopperCap).allMatch(Objects::isNull);
    if (uncapped) {
      return Caps.NONE;
    }
    var offers = new HashMap<>(archive.offers(shopperId));
    Map<String, Offer> recent = recentOffers.getIfPresent(shopperId);
    if (recent != null) {
      offers.putAll(recent);
    }
    var counts = new HashMap<String, Integer>();
    var times = new HashMap<String, List<Long>>();
    for (Offer offer : offers.values()) {
      counts.merge(offer.promotionId(), 1, Integer::sum);
      times
          .computeIfAbsent(offer.promotionId(), id -> new ArrayList<>())
          .add(offer.at().toEpochMilli());
    }
    return new RememberedOffers(counts, times);
  }

  private void note(Decision decision) {
    if (decision.promotionId() != null) {
      recentOffers
          .get(decision.shopperId(), id -> new ConcurrentHashMap<>())
          .put(decision.decisionId(), new Offer(decision.promotionId(), decision.at()));
    }
  }

  private void forget(Decision decision) {
    Map<String, Offer> recent = recentOffers.getIfPresent(decision.shopperId());
    if (recent != null) {
      recent.remove(decision.decisionId());
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    log.close();
    ledger.close();
    archive.close();
  }
}
