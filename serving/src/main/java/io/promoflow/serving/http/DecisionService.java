package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.http.Lookups.Found;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
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

  private final Knowledge knowledge;
  private final DecisionLog log;
  private final Repeats repeats;
  private final Ledger ledger;
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, threads());
  private final Offered offered;
  private final Past past;
  private final OpenQuestions questions;
  private final Patience patience;
  private final Deciding deciding;
  private final KnownDecisions known;
  private final DryRuns dryRuns;
  private final Explaining explaining;
  private final AtomicLong unlogged = new AtomicLong();

  DecisionService(HttpOptions options, Knowledge knowledge, Backends backends) {
    this.knowledge = knowledge;
    this.log = backends.log();
    this.repeats = backends.repeats();
    this.ledger = backends.ledger();
    this.offered = new Offered(options.rememberedOffers());
    this.past = new Past(backends.archive(), workers, () -> offered.most(knowledge.rules()));
    this.questions = new OpenQuestions(new RememberedAnswers(options.remembered()), repeats);
    this.patience = new Patience(options.logPatience(), questions.all());
    this.deciding = deciding(options, ledger);
    this.known = new KnownDecisions(questions, past);
    this.dryRuns =
        new DryRuns(deciding(options, new DryLedger(ledger)), known, past, this::isWhole);
    var words = new Words(knowledge, past::rulesIfAny, options.codes());
    this.explaining = new Explaining(words, past, ledger, workers);
  }

  private static ThreadFactory threads() {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, "promoflow-decisions-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private Deciding deciding(HttpOptions options, Ledger reserving) {
    var decider = new Decider(options.assumptions(), reserving);
    return new Deciding(decider, knowledge, offered, options.featuresLag());
  }

  /** The answer; the same question at the same time is decided once. Takes no round trip itself. */
  CompletableFuture<Answered> ask(DecisionRequest request) {
    var mine = new Asking(request.decisionId(), questions);
    Asking earlier = questions.open(mine);
    if (earlier != null) {
      return earlier;
    }
    try {
      boolean isRepeat = repeats.mayKnow(mine.id());
      if (isRepeat || offered.matters(knowledge.rules())) {
        past.decision(
            mine.id(),
            found -> questions.attempt(mine, () -> lookedUp(request, mine, isRepeat, found)));
      } else {
        decide(request, mine, false);
      }
    } catch (RuntimeException | Error e) {
      questions.fail(mine, e);
    }
    return mine;
  }

  /** The decision of {@link #ask}. */
  CompletableFuture<Decision> decide(DecisionRequest request) {
    return ask(request).thenApply(Answered::decision);
  }

  /** Another server may have answered first: what the store has goes before what was told here. */
  private void lookedUp(
      DecisionRequest request, Asking mine, boolean isRepeat, Found<Decision> logged) {
    Answered told = isRepeat && logged.value() == null ? questions.told(mine.id()) : null;
    if (told != null) {
      questions.tell(mine, told);
    } else if (logged.value() == null) {
      decide(request, mine, logged.blind());
    } else {
      questions.answer(mine, Answered.of(logged.value()));
    }
  }

  /** First looks up what the shopper was offered before, if the rules in force ask for it. */
  private void decide(DecisionRequest request, Asking mine, boolean blind) {
    RuleSet rules = knowledge.rules();
    if (offered.matters(rules)) {
      past.offers(
          request.shopperId(),
          found -> questions.attempt(mine, () -> decide(request, mine, rules, found, blind)));
    } else {
      decide(request, mine, rules, Deciding.NOT_ASKED, blind);
    }
  }

  private void decide(
      DecisionRequest request, Asking mine, RuleSet rules, Found<Offers> offers, boolean blind) {
    boolean logAway = patience.isLogAway();
    Decision made = deciding.decide(request, rules, offers);
    boolean stale = blind || offers.blind() || logAway || past.isAway();
    Answered answered = Answered.of(stale ? made.asStale() : made);
    offered.note(answered.decision());
    if (!logAway) {
      mine.waitForLog(answered);
    }
    log.append(answered.decision(), answered.written(), failure -> logged(mine, answered, failure));
    if (logAway) {
      questions.answerUnlogged(mine, answered);
    }
  }

  private void logged(Asking mine, Answered answered, Throwable failure) {
    if (failure == null) {
      patience.acknowledged();
      questions.answer(mine, answered);
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
      questions.tell(mine, Answered.of(decision.withoutPromise()));
    } else {
      questions.forget(mine);
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

  /** What the store says of the past. */
  Past past() {
    return past;
  }

  /** Decisions that were made before, here or elsewhere. */
  KnownDecisions known() {
    return known;
  }

  /** What would be decided. */
  DryRuns dryRuns() {
    return dryRuns;
  }

  /** Decisions in words. */
  Explaining explaining() {
    return explaining;
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
