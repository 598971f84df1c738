package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.http.Lookups.Found;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions from memory, once each: the first decision with an id that was logged is the
 * answer for good. Until the store has it, or while that cannot say, what was told here is.
 *
 * <p>A decision is answered when the log has it. While the log is away it is answered at once,
 * marked stale, and logged when the log is back; what the log will not take is answered with
 * nothing, so that nothing is promised which evaluation never hears of.
 */
final class DecisionService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionService.class);

  /** As many as the pool of the archive has connections. */
  static final int WORKERS = 8;

  private static final Found<Map<String, Offer>> NOT_ASKED = new Found<>(Map.of(), false);

  private final Decider decider;

  /** Decides the same without reserving anything. */
  private final Decider dry;

  private final Duration featuresLag;
  private final Knowledge knowledge;
  private final DecisionLog log;
  private final Past past;
  private final Words words;
  private final Repeats repeats;
  private final Ledger ledger;
  private final ExecutorService workers;

  /** Questions that are being answered, by decision id. */
  private final ConcurrentHashMap<String, Asking> asking = new ConcurrentHashMap<>();

  private final RememberedAnswers remembered;
  private final Offered offered;
  private final Patience patience;
  private final AtomicLong unlogged = new AtomicLong();

  DecisionService(HttpOptions options, Knowledge knowledge, Backends backends) {
    this.ledger = backends.ledger();
    this.decider = new Decider(options.assumptions(), ledger);
    this.dry = new Decider(options.assumptions(), new DryLedger(ledger));
    this.featuresLag = options.featuresLag();
    this.knowledge = knowledge;
    this.log = backends.log();
    this.workers = Executors.newFixedThreadPool(WORKERS, threads());
    this.past = new Past(backends.archive(), workers);
    this.words = new Words(knowledge, past::rulesIfAny, options.codes());
    this.repeats = backends.repeats();
    this.remembered = new RememberedAnswers(options.remembered());
    this.offered = new Offered(options.rememberedOffers());
    this.patience = new Patience(options.logPatience(), asking.values());
  }

  private static ThreadFactory threads() {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, "promoflow-decisions-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** The answer; the same question at the same time is decided once. Takes no round trip itself. */
  CompletableFuture<Answered> ask(DecisionRequest request) {
    var mine = new Asking(request.decisionId(), this::completeUnlogged);
    Asking earlier = asking.putIfAbsent(mine.id(), mine);
    if (earlier != null) {
      return earlier;
    }
    try {
      boolean isRepeat = repeats.mayKnow(mine.id());
      if (isRepeat || offered.matters(knowledge.rules())) {
        past.decision(
            mine.id(), found -> attempt(mine, () -> lookedUp(request, mine, isRepeat, found)));
      } else {
        decide(request, mine, false);
      }
    } catch (RuntimeException | Error e) {
      fail(mine, e);
    }
    return mine;
  }

  /** A question that failed may be asked again. */
  private void fail(Asking mine, Throwable why) {
    asking.remove(mine.id(), mine);
    mine.completeExceptionally(why);
  }

  /** The decision of {@link #ask}. */
  CompletableFuture<Decision> decide(DecisionRequest request) {
    return ask(request).thenApply(Answered::decision);
  }

  /** Remembers first, so that whoever asks the same is always answered the same. */
  private boolean complete(Asking mine, Answered answered) {
    boolean isFirst = mine.claim();
    if (isFirst) {
      try {
        remembered.put(mine.id(), answered.written());
      } finally {
        asking.remove(mine.id(), mine);
        mine.complete(answered);
      }
    }
    return isFirst;
  }

  private boolean completeUnlogged(Asking mine, Answered answered) {
    repeats.note(mine.id()); // else nobody would look for what is remembered
    return complete(mine, answered);
  }

  private void attempt(Asking mine, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      fail(mine, e);
    } catch (Error e) {
      fail(mine, e);
      throw e;
    }
  }

  /** Another server may have answered first: what the store has goes before what was told here. */
  private void lookedUp(
      DecisionRequest request, Asking mine, boolean isRepeat, Found<Decision> logged) {
    byte[] told = isRepeat && logged.value() == null ? remembered.find(mine.id()) : null;
    if (told != null) {
      Answered again = Answered.read(told);
      asking.remove(mine.id(), mine);
      mine.complete(again);
    } else if (logged.value() == null) {
      decide(request, mine, logged.blind());
    } else {
      complete(mine, Answered.of(logged.value()));
    }
  }

  /** First looks up what the shopper was offered before, if the rules in force ask for it. */
  private void decide(DecisionRequest request, Asking mine, boolean blind) {
    RuleSet rules = knowledge.rules();
    if (offered.matters(rules)) {
      past.offers(
          request.shopperId(),
          found -> attempt(mine, () -> decide(request, mine, rules, found, blind)));
    } else {
      decide(request, mine, rules, NOT_ASKED, blind);
    }
  }

  private void decide(
      DecisionRequest request,
      Asking mine,
      RuleSet rules,
      Found<Map<String, Offer>> offers,
      boolean blind) {
    boolean logAway = patience.isLogAway();
    Decision made = decided(decider, request, rules, offers);
    boolean stale = blind || offers.blind() || logAway || past.isAway();
    Answered answered = Answered.of(stale ? made.asStale() : made);
    offered.note(answered.decision());
    if (!logAway) {
      mine.waitForLog(answered);
    }
    log.append(answered.decision(), answered.written(), failure -> logged(mine, answered, failure));
    if (logAway) {
      completeUnlogged(mine, answered);
    }
  }

  private void logged(Asking mine, Answered answered, Throwable failure) {
    if (failure == null) {
      patience.acknowledged();
      complete(mine, answered);
    } else {
      refused(answered, mine, failure);
    }
  }

  /** What the log will never have. */
  private void refused(Answered answered, Asking mine, Throwable failure) {
    Decision decision = answered.decision();
    unlogged.incrementAndGet();
    patience.failed(String.valueOf(failure.getMessage()));
    if (mine.claim()) {
      // first, since who asks again promises anew
      offered.forget(decision);
      ledger.release(decision.decisionId());
      asking.remove(mine.id(), mine);
      mine.complete(Answered.of(decision.withoutPromise()));
    } else {
      remembered.forget(mine.id());
      LOG.error(
          "a decision was told that the log does not take: {}",
          new String(answered.written(), StandardCharsets.UTF_8));
    }
  }

  /** Decisions that the log did not take, since the start. */
  long unlogged() {
    return unlogged.get();
  }

  /** Whether broker and store answer. */
  boolean isWhole() {
    return !past.isAway() && !patience.isLogAway();
  }

  /** Whether the store is known to be away. */
  boolean isStoreAway() {
    return past.isAway();
  }

  /** A decision that was made before, by this server or anybody. */
  CompletableFuture<Optional<Decision>> find(String decisionId) {
    return known(decisionId)
        .thenApply(
            found -> {
              if (found.blind()) {
                throw Past.unavailable();
              }
              return Optional.ofNullable(found.value());
            });
  }

  private CompletableFuture<Found<Decision>> known(String decisionId) {
    Asking now = asking.get(decisionId);
    if (now != null) {
      return now.thenApply(answered -> new Found<>(answered.decision(), false));
    }
    var logged = new CompletableFuture<Found<Decision>>();
    past.decision(decisionId, logged::complete);
    return logged.thenApply(found -> found.value() == null ? orTold(decisionId, found) : found);
  }

  /** What was told here of a decision that the store does not have yet, or cannot tell of. */
  private Found<Decision> orTold(String decisionId, Found<Decision> logged) {
    byte[] told = remembered.find(decisionId);
    return told == null ? logged : new Found<>(Answered.read(told).decision(), false);
  }

  /** What would be decided now, or was decided before; nothing is logged, reserved or kept. */
  CompletableFuture<Decision> dryRun(DecisionRequest request) {
    return dryRun(request, knowledge.rules());
  }

  /** The same under rules that were in force a moment ago, so that several go by the same. */
  CompletableFuture<Decision> dryRun(DecisionRequest request, RuleSet rules) {
    return known(request.decisionId())
        .thenCompose(
            found ->
                found.value() == null
                    ? dry(request, rules, found.blind())
                    : CompletableFuture.completedFuture(found.value()))
        .thenApply(this::marked);
  }

  /** What would be decided now for a question that cannot have been asked before. */
  CompletableFuture<Decision> dryRunOfNew(DecisionRequest request, RuleSet rules) {
    return dry(request, rules, false).thenApply(this::marked);
  }

  private Decision marked(Decision made) {
    return isWhole() ? made : made.asStale();
  }

  private CompletableFuture<Decision> dry(DecisionRequest request, RuleSet rules, boolean blind) {
    var offers = new CompletableFuture<Found<Map<String, Offer>>>();
    if (offered.matters(rules)) {
      past.offers(request.shopperId(), offers::complete);
    } else {
      offers.complete(NOT_ASKED);
    }
    return offers.thenApply(
        found -> {
          Decision made = decided(dry, request, rules, found);
          return blind || found.blind() ? made.asStale() : made;
        });
  }

  /** Why each promotion of a decision lost, in words, and the code of the one that was given. */
  CompletableFuture<ExplainedDecision> explain(Decision decision) {
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

  /** The rules of some versions, without those that nobody has any more. */
  CompletableFuture<Map<Long, RuleSet>> rules(Set<Long> versions) {
    return versions.isEmpty()
        ? CompletableFuture.completedFuture(Map.of())
        : CompletableFuture.supplyAsync(() -> stored(versions), workers);
  }

  private Map<Long, RuleSet> stored(Set<Long> versions) {
    var found = new HashMap<Long, RuleSet>();
    versions.forEach(version -> past.rules(version).ifPresent(one -> found.put(version, one)));
    return found;
  }

  private Decision decided(
      Decider by, DecisionRequest request, RuleSet rules, Found<Map<String, Offer>> found) {
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    FeatureRow row = knowledge.row(request.shopperId(), request.at().minus(featuresLag));
    Map<String, Offer> offers = found.value() == null ? Map.of() : found.value();
    return by.decideBriefly(
        request,
        row,
        knowledge.models(),
        rules,
        offered.caps(rules, request.shopperId(), offers),
        knowledge.prices());
  }

  @Override
  public void close() {
    patience.close();
    workers.shutdown();
    repeats.close();
    log.close();
    ledger.close();
    past.close();
  }
}
