package io.promoflow.serving.flink;

import static io.promoflow.ingestion.schema.ShopEventType.ADDED_TO_CART;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.PRODUCT_VIEWED;
import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.BOB;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.event;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RulePublisher;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

class DecisionJobTest {
  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<StrategyAdjustment> TOLD = new CopyOnWriteArrayList<>();
  private static Postgres postgres;

  private StreamExecutionEnvironment env;
  private Settings settings;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void prepare() throws Exception {
    postgres.empty();
    settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", postgres.place().url(),
                "flink.parallelism", "2",
                "serving.idleness", "PT0.2S",
                "serving.triggers", "CART_ADD,ABANDONED_CART"));
    env = JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
  }

  private <T> DataStream<T> stream(Class<T> type, List<T> records) {
    return Unending.stream(env, type, records);
  }

  private Decision stored(String requestId, Trigger trigger) throws Exception {
    try (var connection = postgres.store().getConnection();
        var query = connection.prepareStatement(DecisionTable.SELECT)) {
      query.setString(1, DecisionRequest.decisionId(requestId, trigger));
      try (var rows = query.executeQuery()) {
        return rows.next() ? DecisionTable.read(rows) : null;
      }
    }
  }

  /** The job at work on these, with a row of Ada's and models. */
  private JobClient deciding(List<ShopEvent> events, RuleSet rules, Decision... told)
      throws Exception {
    return deciding(stream(ShopEvent.class, events), rules, told);
  }

  private JobClient deciding(DataStream<ShopEvent> events, RuleSet rules, Decision... told)
      throws Exception {
    ServingOptions options = ServingOptions.from(settings);
    var inputs =
        new DecisionJob.Inputs(
            events.assignTimestampsAndWatermarks(DecisionJob.eventTime(options)).setParallelism(1),
            stream(FeatureRow.class, List.of(row(ADA, NOON.minusSeconds(1), 4)))
                .assignTimestampsAndWatermarks(DecisionJob.rowTime(options))
                .setParallelism(1),
            stream(Decision.class, List.of(told)),
            stream(RuleSet.class, List.of(rules)),
            stream(ModelVersion.class, List.of(Cast.segments(), Cast.propensity())),
            stream(DualPrices.class, List.of()));
    DecisionJob.store(
        DecisionJob.pipeline(inputs, options, Awaited.ANY_RULES, () -> OpenLedger.INSTANCE)
            .decisions(),
        postgres.place());
    return env.executeAsync("decisions");
  }

  @Test
  void eventsBecomeDecisionsInTheTable() throws Exception {
    var always = experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "ten-off"));
    List<ShopEvent> events =
        List.of(
            event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1_000),
            event("e2", ADDED_TO_CART, BOB, NOON.plusSeconds(1), "tea-2", 2_000),
            event("e3", ORDER_PLACED, BOB, NOON.plusSeconds(60), "tea-2", 2_000),
            event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1_000),
            event("e4", PRODUCT_VIEWED, BOB, NOON.plusSeconds(7_200)));
    JobClient job = deciding(events, rules(1, List.of(percentOff("ten-off", 10)), List.of(always)));
    try {
      await().atMost(SOON).until(() -> stored("e1", Trigger.ABANDONED_CART) != null);
      await().atMost(SOON).until(() -> stored("e1", Trigger.CART_ADD) != null);
      await().atMost(SOON).until(() -> stored("e2", Trigger.CART_ADD) != null);
    } finally {
      job.cancel().get();
    }
    Decision given = stored("e1", Trigger.CART_ADD);
    assertThat(given.promotionId()).isEqualTo("ten-off");
    assertThat(given.expectedCostCents()).isEqualTo(100);
    assertThat(given.experimentId()).isEqualTo("x");
    assertThat(given.ruleVersion()).isEqualTo(1);
    assertThat(given.cartCents()).isEqualTo(1_000);
    assertThat(given.triggered()).isTrue();
    assertThat(stored("e1", Trigger.ABANDONED_CART).at()).isEqualTo(NOON.plusSeconds(3_600));
    assertThat(stored("e1", Trigger.ABANDONED_CART).triggered()).as("no experiment").isNull();
    assertThat(stored("e2", Trigger.ABANDONED_CART)).isNull();
  }

  @Test
  void whatAServerOfferedCountsAgainstTheCapInTheJob() throws Exception {
    var once = Cast.promotion("once", PromotionKind.PERCENT_OFF, Cast.percent(10), List.of(), 1);
    var visits = experiment("v", Trigger.VISIT, control(0), variant("give", 1, "once"));
    var carts = experiment("x", Trigger.ABANDONED_CART, control(0), variant("give", 1, "once"));
    RuleSet rules = rules(1, List.of(once), List.of(visits, carts));
    Decision told =
        new Decider(Cast.ASSUMED)
            .decide(Cast.asks("r1", Trigger.VISIT, ADA, 0), null, Map.of(), rules, Caps.NONE);
    assertThat(told.promotionId()).isEqualTo("once");
    DataStream<ShopEvent> added =
        stream(
            ShopEvent.class,
            List.of(
                event("e1", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1_000),
                event("e2", ADDED_TO_CART, BOB, NOON.plusSeconds(1), "tea-1", 1_000)));
    DataStream<ShopEvent> twoHoursLater =
        stream(
                ShopEvent.class,
                List.of(event("e3", PRODUCT_VIEWED, "k1.cat", NOON.plusSeconds(7_200))))
            .map(DecisionJobTest::afterAWhile)
            .returns(ShopEvent.class)
            .setParallelism(1);
    JobClient job = deciding(added.union(twoHoursLater), rules, told);
    try {
      await().atMost(SOON).until(() -> stored("e1", Trigger.ABANDONED_CART) != null);
      await().atMost(SOON).until(() -> stored("e2", Trigger.ABANDONED_CART) != null);
    } finally {
      job.cancel().get();
    }
    assertThat(stored("e2", Trigger.ABANDONED_CART).promotionId()).isEqualTo("once");
    Decision capped = stored("e1", Trigger.ABANDONED_CART);
    assertThat(capped.promotionId()).isNull();
    assertThat(capped.losses()).isEqualTo(String.valueOf(Loss.CAP_REACHED.letter()));
  }

  private static ShopEvent afterAWhile(ShopEvent event) throws InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    return event;
  }

  /** All topics are idle after 0.2 s here; an offer of much later is told. */
  @Test
  void aQuietWhileAbandonsNoCart() throws Exception {
    List<ShopEvent> events = List.of(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1_000));
    RuleSet rules = rules(1, List.of(percentOff("ten-off", 10)), List.of());
    var nextYear =
        new DecisionRequest(
            "r1", Trigger.VISIT, BOB, NOON.plus(Duration.ofDays(365)), new Cart(10_000, List.of()));
    Decision told =
        new Decider(new Assumptions(0.5, 0.4, 0.5, 5))
            .decide(nextYear, null, Map.of(), rules, Caps.NONE);
    assertThat(told.promotionId()).isEqualTo("ten-off");
    JobClient job = deciding(events, rules, told);
    try {
      await().atMost(SOON).until(() -> stored("e1", Trigger.CART_ADD) != null);
      TimeUnit.SECONDS.sleep(3);
      assertThat(stored("e1", Trigger.ABANDONED_CART)).as("an hour has not passed").isNull();
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void theFirstDecisionWithAnIdStays() throws Exception {
    Decision first = decision(1);
    Decision second = decision(2);
    DecisionJob.store(stream(Decision.class, List.of(first, second)), postgres.place());
    JobClient job = env.executeAsync("store");
    try {
      await().atMost(SOON).until(() -> stored("r1", Trigger.VISIT) != null);
    } finally {
      job.cancel().get();
    }
    assertThat(stored("r1", Trigger.VISIT)).isEqualTo(first);
  }

  @Test
  void aDecisionIsReadAsItWasMade() throws Exception {
    var asked = Cast.asks("r1", Trigger.VISIT, ADA, 10_000);
    var terms = new Terms(5.0, null, 20_000L, null, null, null, null);
    var above = Cast.promotion("five", PromotionKind.PERCENT_OFF, terms);
    var test = experiment("x", Trigger.VISIT, control(0.5), variant("give", 0.5, "five"));
    Decision brief =
        new Decider(Cast.ASSUMED)
            .decideBriefly(
                asked,
                row(ADA, NOON, 4),
                Map.of("segments", Cast.segments(), "propensity", Cast.propensity()),
                rules(3, List.of(above), List.of(test)),
                Caps.NONE,
                null);
    assertThat(brief.triggered()).isFalse();
    DecisionJob.store(stream(Decision.class, List.of(brief)), postgres.place());
    JobClient job = env.executeAsync("store");
    try {
      await().atMost(SOON).until(() -> stored("r1", Trigger.VISIT) != null);
    } finally {
      job.cancel().get();
    }
    assertThat(stored("r1", Trigger.VISIT)).isEqualTo(brief);
  }

  private static Decision decision(long ruleVersion) {
    return new Decider(Cast.ASSUMED)
        .decide(
            Cast.asks("r1", Trigger.VISIT, ADA, 10_000),
            row(ADA, NOON, 4),
            Map.of("segments", Cast.segments(), "propensity", Cast.propensity()),
            rules(ruleVersion, List.of(percentOff("five", 5)), List.of()),
            Caps.NONE);
  }

  @Test
  void aProposedAdjustmentBecomesARuleVersion() throws Exception {
    RuleBook book = testBook(postgres.place().url());
    book.apply(RuleFile.parse("rules.yaml", RULES), "ada", "start");
    var proposed = adjustment("a1", StrategyAdjustment.Status.PROPOSED);
    var applied = adjustment("a2", StrategyAdjustment.Status.APPLIED);
    String url = postgres.place().url();
    stream(StrategyAdjustment.class, List.of(applied, proposed, proposed))
        .sinkTo(new RuleBookSink(() -> testBook(url)))
        .setParallelism(1)
        .uid("rule-book-sink");
    JobClient job = env.executeAsync("adjust");
    try {
      await().atMost(SOON).until(() -> TOLD.stream().anyMatch(told -> told.id().equals("a1")));
    } finally {
      job.cancel().get();
    }
    Optional<RuleSet> current = book.current();
    assertThat(current.orElseThrow().version()).isEqualTo(2);
    assertThat(current.orElseThrow().adjustmentId()).isEqualTo("a1");
    assertThat(TOLD).extracting(StrategyAdjustment::id).containsExactly("a1");
    assertThat(TOLD.get(0).status()).isEqualTo(StrategyAdjustment.Status.APPLIED);
  }

  private static final String RULES =
      """
      promotions:
        - {id: ship, kind: FREE_SHIPPING, terms: {amountCents: 490}}
      experiments:
        - id: x
          trigger: CART_ADD
          primaryMetric: profit
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ship, weight: 0.5, promotions: [ship]}
      """;

  private static StrategyAdjustment adjustment(String id, StrategyAdjustment.Status status) {
    return new StrategyAdjustment(
        id,
        "x",
        null,
        StrategyAdjustment.Change.SHIFT_WEIGHTS,
        Map.of("control", 0.5, "ship", 0.5),
        Map.of("control", 0.3, "ship", 0.7),
        null,
        "shift",
        status,
        NOON,
        "policy",
        NOON,
        null,
        null,
        null);
  }

  private static RuleBook testBook(String url) {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser("postgres");
    source.setPassword("postgres");
    return new RuleBook(source, new Telling(), Clock.fixed(NOON, ZoneOffset.UTC));
  }

  /** Remembers the adjustments that were published, in this process. */
  private static final class Telling implements RulePublisher {
    private final List<RuleSet> rules = new ArrayList<>();

    @Override
    public void publish(RuleSet told) {
      rules.add(told);
    }

    @Override
    public void publish(StrategyAdjustment told) {
      TOLD.add(told);
    }

    @Override
    public void close() {
      rules.clear();
    }
  }
}
