package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.ledger.OpenLedger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A question is decided once, whether or not the log had its answer when it was told. */
class RepeatedQuestionsTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.from(
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", "none",
                  "postgres.url", "none",
                  "serving.http.log-patience", "PT0.1S",
                  "serving.assumed-lift", "0.5")));

  private final InMemory.Feed feed = new InMemory.Feed();
  private final InMemory.Log log = new InMemory.Log();
  private final InMemory.Archive archive = new InMemory.Archive();
  private final Noted repeats = new Noted();
  private DecisionService service;

  /** Knows what it was told, and nothing else. */
  private static final class Noted implements Repeats {
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    @Override
    public boolean mayKnow(String decisionId) {
      return ids.contains(decisionId);
    }

    @Override
    public void note(String decisionId) {
      ids.add(decisionId);
    }

    @Override
    public void close() {
      ids.clear();
    }
  }

  @BeforeEach
  void open() {
    var knowledge = new Knowledge(OPTIONS.connections().topics());
    var backends =
        new Backends(
            feed,
            log,
            archive,
            repeats,
            OpenLedger.INSTANCE,
            new InMemory.Collector(),
            () -> null,
            null,
            List.of());
    service = new DecisionService(OPTIONS, knowledge, backends);
    feed.start(knowledge::accept);
    rulesWith(5);
  }

  @AfterEach
  void close() {
    service.close();
  }

  private void rulesWith(int percent) {
    feed.write(
        OPTIONS.connections().topics().servingRules(),
        rules(percent, List.of(percentOff("p" + percent, percent)), List.of()));
  }

  private Answered ask() throws Exception {
    return service.ask(question()).get(20, TimeUnit.SECONDS);
  }

  private static DecisionRequest question() {
    return new DecisionRequest(
        "r1", Trigger.VISIT, "k1.ada", Cast.NOON, new Cart(10_000, List.of()));
  }

  @Test
  void whatWasToldBeforeTheLogHadItIsToldAgain() throws Exception {
    log.back = new CompletableFuture<>(); // never comes
    Answered first = ask();
    assertThat(first.decision().stale()).isTrue();
    rulesWith(10);
    assertThat(ask().written()).isEqualTo(first.written());
  }

  @Test
  void whatIsDecidedWhileTheLogIsAwayIsToldAgain() throws Exception {
    log.back = new CompletableFuture<>();
    ask();
    var other =
        new DecisionRequest("r2", Trigger.VISIT, "k1.bob", Cast.NOON, new Cart(10_000, List.of()));
    Answered first = service.ask(other).get(20, TimeUnit.SECONDS);
    rulesWith(10);
    assertThat(service.ask(other).get(20, TimeUnit.SECONDS).written()).isEqualTo(first.written());
  }

  /** Another server answered first, and died before anybody heard; its decision is paid. */
  @Test
  void whatWasLoggedFirstGoesBeforeWhatWasToldHereUnlessTheStoreIsAway() throws Exception {
    Answered here = ask();
    String id = here.decision().decisionId();
    repeats.note(id);
    assertThat(found(id)).as("not in the table yet").isEqualTo(here.decision());
    Decision others = here.decision().withoutPromise();
    assertThat(others.promotionId()).isNotEqualTo(here.decision().promotionId());
    archive.decisions.put(id, others);
    archive.away = true;
    assertThat(found(id)).isEqualTo(here.decision());
    assertThat(ask().decision()).isEqualTo(here.decision());
    archive.away = false;
    await().until(() -> found(id).equals(others));
    assertThat(ask().decision()).isEqualTo(others);
    assertThat(service.dryRuns().of(question()).get(20, TimeUnit.SECONDS)).isEqualTo(others);
    archive.away = true;
    assertThat(ask().decision()).as("from now on").isEqualTo(others);
  }

  private Decision found(String id) throws Exception {
    return service.known().find(id).get(20, TimeUnit.SECONDS).orElseThrow();
  }

  @Test
  void whatTheLogNotedIsToldAgain() throws Exception {
    Answered first = ask();
    assertThat(first.decision().promotionId()).isEqualTo("p5");
    repeats.note(first.decision().decisionId()); // as the log does when it has a decision
    rulesWith(10);
    assertThat(ask().written()).isEqualTo(first.written());
  }
}
