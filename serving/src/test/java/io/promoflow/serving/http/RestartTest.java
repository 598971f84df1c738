package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.OpenLedger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server that has just started knows no question for new: it looks all of them up in a real
 * PostgreSQL.
 */
class RestartTest {
  private static final int CROWD = 1_500;
  private static final HttpOptions OPTIONS =
      HttpOptions.from(
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", "none",
                  "postgres.url", "none",
                  "serving.http.log-patience", "PT20S",
                  "serving.assumed-lift", "0.5")));
  private static Postgres postgres;

  private final AtomicInteger statements = new AtomicInteger();

  /** No statement starts before everybody has asked. */
  private volatile CountDownLatch asked = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() throws Exception {
    postgres.empty();
  }

  private final class Counted implements DecisionArchive {
    private final DecisionArchive archive =
        new PostgresArchive(Store.open(postgres.place(), DecisionService.WORKERS));

    private void begin() {
      statements.incrementAndGet();
      try {
        asked.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Map<String, Decision> find(Collection<String> decisionIds) {
      begin();
      return archive.find(decisionIds);
    }

    @Override
    public Map<String, Offers> offers(Collection<String> shopperIds, int most) {
      begin();
      return archive.offers(shopperIds, most);
    }

    @Override
    public Optional<RuleSet> rules(long version) {
      return archive.rules(version);
    }

    @Override
    public void close() {
      archive.close();
    }
  }

  /** One that has just started. */
  private DecisionService started(RuleSet rules, InMemory.Log log) {
    asked = new CountDownLatch(1);
    statements.set(0);
    var knowledge = new Knowledge(OPTIONS.connections().topics());
    var feed = new InMemory.Feed();
    feed.start(knowledge::accept);
    feed.write(OPTIONS.connections().topics().servingRules(), rules);
    var backends =
        new Backends(
            feed,
            log,
            new Counted(),
            Repeats.UNKNOWN,
            OpenLedger.INSTANCE,
            new InMemory.Collector(),
            () -> null,
            null,
            List.of());
    return new DecisionService(OPTIONS, knowledge, backends);
  }

  /** Answers to all questions, asked together. */
  private List<Decision> answers(RuleSet rules, List<DecisionRequest> questions) throws Exception {
    var log = new InMemory.Log();
    var answers = new ArrayList<Decision>();
    try (var service = started(rules, log);
        var writer =
            new BulkWriter<Decision>(postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      List<CompletableFuture<Answered>> waiting = questions.stream().map(service::ask).toList();
      asked.countDown();
      for (var one : waiting) {
        answers.add(one.get(60, TimeUnit.SECONDS).decision());
      }
      log.appended.forEach(writer::add);
      writer.flush();
    }
    return answers;
  }

  private static List<DecisionRequest> questions(String prefix) {
    var questions = new ArrayList<DecisionRequest>();
    for (int i = 0; i < CROWD; i++) {
      questions.add(
          new DecisionRequest(
              prefix + i, Trigger.VISIT, "k1.shopper-" + i, NOON, new Cart(10_000, List.of())));
    }
    return questions;
  }

  @Test
  void aCrowdIsLookedUpInFewStatementsAndWhoAskedBeforeIsToldTheSame() throws Exception {
    List<DecisionRequest> before = questions("before-");
    var first = answers(rules(1, List.of(percentOff("five", 5)), List.of()), before);
    assertThat(first).extracting(Decision::promotionId).containsOnly("five");

    var all = new ArrayList<DecisionRequest>();
    List<DecisionRequest> fresh = questions("new-");
    for (int i = 0; i < CROWD; i++) {
      all.add(before.get(i));
      all.add(fresh.get(i));
      all.add(before.get(i));
    }
    var again = answers(rules(2, List.of(percentOff("six", 6)), List.of()), all);
    for (int i = 0; i < CROWD; i++) {
      assertThat(again.get(3 * i)).isEqualTo(first.get(i));
      assertThat(again.get(3 * i + 1).promotionId()).isEqualTo("six");
      assertThat(again.get(3 * i + 1).stale()).isFalse();
      assertThat(again.get(3 * i + 2)).isEqualTo(first.get(i));
    }
    assertThat(statements).as("3,000 ids, the first of them alone").hasValueLessThanOrEqualTo(7);
  }

  @Test
  void whatTheArchiveSaysOfOffersCountsForCaps() throws Exception {
    RuleSet once = rules(1, List.of(once(percentOff("five", 5))), List.of());
    answers(once, questions("before-").subList(0, CROWD / 2));
    List<Decision> again = answers(once, questions("new-"));
    for (int i = 0; i < CROWD; i++) {
      Decision one = again.get(i);
      boolean had = i < CROWD / 2;
      assertThat(one.promotionId()).as("shopper " + i).isEqualTo(had ? null : "five");
      assertThat(one.losses()).isEqualTo(String.valueOf(had ? Loss.CAP_REACHED.letter() : '.'));
    }
    assertThat(statements).as("of ids and of shoppers").hasValueBetween(4, 40);
  }

  @Test
  void whatIsOnlyTriedOutIsToldOfCapsAndOfWhatWasDecidedToo() throws Exception {
    RuleSet once = rules(1, List.of(once(percentOff("five", 5))), List.of());
    DecisionRequest before = questions("before-").get(0);
    Decision first = answers(once, List.of(before)).get(0);
    try (var service = started(once, new InMemory.Log())) {
      asked.countDown();
      assertThat(service.dryRuns().of(before).get(20, TimeUnit.SECONDS)).isEqualTo(first);
      assertThat(promotionOf(service.dryRuns().of(questions("new-").get(0)))).isNull();
      assertThat(promotionOf(service.dryRuns().of(questions("new-").get(1)))).isEqualTo("five");
    }
  }

  private static String promotionOf(CompletableFuture<Decision> decision) throws Exception {
    return decision.get(20, TimeUnit.SECONDS).promotionId();
  }

  @Test
  void nobodyWaitsForGoodWhenTheServerCloses() throws Exception {
    DecisionService service =
        started(rules(1, List.of(percentOff("five", 5)), List.of()), new InMemory.Log());
    List<CompletableFuture<Answered>> waiting =
        questions("late-").stream().map(service::ask).toList();
    service.close();
    asked.countDown();
    for (var one : waiting) {
      // the log is closed, too
      assertThat(one.get(20, TimeUnit.SECONDS).decision().promotionId()).isNull();
    }
  }

  private static Promotion once(Promotion one) {
    return new Promotion(
        one.id(),
        one.kind(),
        one.terms(),
        one.products(),
        one.categories(),
        one.eligibility(),
        one.from(),
        one.until(),
        one.budgetCents(),
        one.stock(),
        1,
        one.priority(),
        one.stackingGroup());
  }
}
