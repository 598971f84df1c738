package io.promoflow.deploy.shop;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the fortnight against a platform: asks for decisions, sends events, answers decisions, and
 * waits at the end of each half day until the platform is caught up.
 */
public final class SimulatedShop implements AutoCloseable {
  private static final Duration DECIDED = Duration.ofSeconds(60);

  private final ShopModel model;
  private final Script script;
  private final Ledger ledger;
  private final EventSender sender;
  private final DecisionLog decisions;
  private final DecisionClient client;
  private final Barrier barrier;
  private final Opening opening;
  private final Duration trainingSlide;

  /** Told before each half day is played, again when a kill has interrupted it. */
  public interface Opening {
    void before(Instant halfDay) throws Exception;
  }

  /** Told after each half day. */
  public interface Progress {
    void phaseDone(int done, int of, Instant eventTime);
  }

  public SimulatedShop(
      ShopModel model,
      ConnectionOptions connections,
      URI server,
      Ledger ledger,
      Barrier barrier,
      Opening opening,
      Duration trainingSlide) {
    this.model = model;
    this.script = new Script(model);
    this.ledger = ledger;
    this.sender =
        new EventSender(connections.kafkaServers(), connections.topics().behaviorEvents(), ledger);
    this.decisions = new DecisionLog(connections.kafkaServers(), connections.topics().decisions());
    this.client = new DecisionClient(server);
    this.barrier = barrier;
    this.opening = opening;
    this.trainingSlide = trainingSlide;
  }

  /** Runs the phases that are still to be run. */
  public void run(Progress progress) throws Exception {
    barrier.caughtUp();
    List<SentEvent> before = List.of();
    for (int phase = 0; phase < Calendar.PHASES; phase++) {
      before = ledger.noted(done(phase)) != null ? replayed(phase) : played(phase, before);
      progress.phaseDone(phase + 1, Calendar.PHASES, Calendar.end(phase));
    }
  }

  private static String done(int phase) {
    return "phase-%02d-done".formatted(phase);
  }

  private static String part(int phase, String half) {
    return "phase-%02d-%s".formatted(phase, half);
  }

  /** Answers of a phase that an earlier run finished. */
  private List<SentEvent> replayed(int phase) {
    return ledger.events(part(phase, "b-answers"));
  }

  private List<SentEvent> played(int phase, List<SentEvent> before) throws Exception {
    opening.before(Calendar.start(phase));
    if (ledger.begun(part(phase, "a-browsing")) == null) {
      client.ask(script.visits(phase));
    }
    List<SentEvent> browsing = script.browsing(phase);
    sender.send(part(phase, "a-browsing"), browsing);
    Map<Integer, String> promoted = promoted(phase);
    List<SentEvent> answers = script.answers(phase, promoted, before);
    sender.send(part(phase, "b-answers"), answers);
    barrier.caughtUp();
    close(phase);
    barrier.caughtUp();
    barrier.trained(lastTraining(phase));
    ledger.note(done(phase), Map.of("at", Calendar.end(phase).toString()));
    return answers;
  }

  /**
   * Some last visits, so that event time passes the boundary for sure while nobody decides at a
   * cart: what evaluation proposes at the boundary is in force before the next half day begins.
   */
  private void close(int phase) throws InterruptedException {
    if (ledger.begun(part(phase, "c-closing")) == null) {
      client.ask(script.closing(phase));
    }
    sender.send(part(phase, "c-closing"), script.closingViews(phase));
  }

  /** Waits for the decisions at this phase's carts and tells who got which promotion. */
  private Map<Integer, String> promoted(int phase) throws Exception {
    var carts = new HashMap<Integer, String>();
    for (Script.Visit visit : script.visits(phase)) {
      if (model.addsToCart(visit.shopper(), phase)) {
        carts.put(visit.shopper(), Script.cartId(phase, visit.shopper()));
      }
    }
    decisions.await(carts.values(), DECIDED);
    var promoted = new HashMap<Integer, String>();
    carts.forEach(
        (shopper, request) -> {
          Decision decision = decisions.of(request);
          if (decision.promotionId() != null) {
            promoted.put(shopper, decision.promotionId());
          }
        });
    return promoted;
  }

  /** The last end of a training window that event time has certainly passed with this phase. */
  private Instant lastTraining(int phase) {
    long slide = trainingSlide.toMillis();
    long passed = Calendar.start(phase).plus(Duration.ofHours(6)).toEpochMilli();
    return Instant.ofEpochMilli(Math.floorDiv(passed, slide) * slide);
  }

  /**
   * Seconds from an outcome to the first decision under the rules it led to; null when none yet.
   */
  Double secondsToDecision(Instant outcomeSeen, long ruleVersion) {
    Instant first = decisions.firstUnder(ruleVersion);
    return first == null ? null : Duration.between(outcomeSeen, first).toMillis() / 1_000.0;
  }

  Decision decision(String request) {
    return decisions.of(request);
  }

  @Override
  public void close() {
    sender.close();
    decisions.close();
  }
}
