package io.promoflow.serving.flink;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.scoring.Scores;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From decisions on a stream to prices in the table. */
class PricesTest {
  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int SHOPPERS = 40;

  /** Spread evenly over ten hours that begin with the slide: one slide has a tenth of it. */
  private static final long BUDGET = 105_000;

  private static Postgres postgres;
  private StreamExecutionEnvironment env;
  private ServingOptions options;

  @BeforeAll
  static void start() throws Exception {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void prepare() throws Exception {
    postgres.empty();
    Settings settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", postgres.place().url(),
                "flink.parallelism", "2",
                "serving.idleness", "PT0.2S",
                "serving.allocation.slide", "PT1H"));
    options = ServingOptions.from(settings);
    env = JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
  }

  private static RuleSet limited() {
    var five =
        new Promotion(
            "five",
            PromotionKind.PERCENT_OFF,
            percent(5),
            List.of(),
            List.of(),
            List.of(),
            NOON.plusSeconds(3_600),
            NOON.plus(Duration.ofHours(11)),
            BUDGET,
            null,
            null,
            0,
            null);
    var tooMuch = Cast.percentOff("thirty", 30);
    var always = experiment("x", Trigger.VISIT, control(0), variant("give", 1, "five"));
    return rules(1, List.of(five, tooMuch), List.of(always));
  }

  private static Decision decision(int i, Trigger trigger, long secondsAfterOne) {
    var at = NOON.plusSeconds(3_600 + secondsAfterOne);
    var asked = asks("r" + i, trigger, "k1." + i, 5_000 + 500L * i);
    var request =
        new DecisionRequest(asked.requestId(), trigger, asked.shopperId(), at, asked.cart());
    var responses = Map.of("none", 0.1, "percent-off", 0.15 + 0.01 * (i % 40));
    var scores = new Scores(null, null, List.of(), Map.of(), responses);
    return new Decider(Cast.ASSUMED).decide(request, null, scores, limited(), Caps.NONE);
  }

  private static List<Decision> oneSlide() {
    var decisions = new ArrayList<Decision>();
    for (int i = 0; i < SHOPPERS; i++) {
      decisions.add(decision(i, Trigger.CART_ADD, i));
    }
    return decisions;
  }

  private Map<String, Double> pricesAfter(List<Decision> decisions) throws Exception {
    var first = Unending.stream(env, RuleSet.class, List.of(limited()));
    var all = Unending.stream(env, Decision.class, decisions);
    Prices.store(Prices.pipeline(all, first, options, new Ticking()), postgres.place());
    JobClient job = env.executeAsync("prices");
    try {
      await().atMost(SOON).until(() -> rows().size() > 1);
      return rows();
    } finally {
      job.cancel().get();
    }
  }

  private static Map<String, Double> rows() throws Exception {
    var rows = new HashMap<String, Double>();
    try (var connection = postgres.store().getConnection();
        var query =
            connection.prepareStatement(
                "SELECT version || ' ' || promotion_id, per_budget_cent FROM serving.dual_prices");
        var found = query.executeQuery()) {
      while (found.next()) {
        rows.put(found.getString(1), found.getDouble(2));
      }
    }
    return rows;
  }

  @Test
  void aSlideOfDecisionsBecomesThePriceThatItsTenthOfTheBudgetHas() throws Exception {
    List<Decision> slide = oneSlide();
    var decisions = new ArrayList<>(slide);
    decisions.add(slide.get(0)); // told twice, counted once
    decisions.add(decision(79, Trigger.VISIT, 10)); // laid down, so no price is made of it
    decisions.add(decision(501, Trigger.CART_ADD, 4_000)); // ends the slide
    assertThat(pricesAfter(decisions))
        .hasSize(2)
        .containsEntry("prices@2026-01-05T14:00:00Z ", 0.0)
        .hasEntrySatisfying(
            "prices@2026-01-05T14:00:00Z five",
            price -> assertThat(price).isCloseTo(expected(slide), within(1e-6)));
  }

  @Test
  void aClockThatIsFastEndsNobodysSlide() throws Exception {
    var slide = new ArrayList<Decision>();
    slide.add(decision(78, Trigger.CART_ADD, 3_600)); // an hour ahead, in the next slide
    slide.addAll(oneSlide());
    var decisions = new ArrayList<>(slide);
    decisions.add(decision(79, Trigger.VISIT, 10));
    decisions.add(decision(501, Trigger.CART_ADD, 4_000));
    assertThat(pricesAfter(decisions))
        .hasSize(2)
        .hasEntrySatisfying(
            "prices@2026-01-05T14:00:00Z five",
            price -> assertThat(price).isCloseTo(expected(slide), within(1e-6)));
  }

  /** One o'clock when it is first asked, two minutes later each time. */
  private static final class Ticking extends Clock implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Duration TICK = Duration.ofMinutes(2);
    private long ticks;

    @Override
    public Instant instant() {
      return NOON.plusSeconds(3_600).plus(TICK.multipliedBy(ticks++));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** Solved here once more, from the decisions; the spending is that of all but the repeat. */
  private static double expected(List<Decision> slide) {
    var all = new ArrayList<>(slide);
    all.add(decision(79, Trigger.VISIT, 10));
    all.add(decision(501, Trigger.CART_ADD, 4_000));
    double spent =
        all.stream()
            .map(Sampled::given)
            .filter(given -> given != null && given.promotionId().equals("five"))
            .mapToDouble(Offer::budgetCents)
            .sum();
    double laidDown = Sampled.given(decision(79, Trigger.VISIT, 10)).budgetCents();
    assertThat(laidDown).isPositive();
    // after one of ten hours: a ninth of what is left is due, a tenth was planned
    double due = (BUDGET - spent) / 9 - laidDown;
    List<List<Offer>> choices =
        slide.stream().map(one -> Sampled.of(one, 0).orElseThrow().offers()).toList();
    var solved = Allocation.solve(choices, new Limits(Map.of("five", due), Map.of(), null));
    double pace = Math.exp(5 * (spent - BUDGET / 10.0) / BUDGET);
    assertThat(pace).isBetween(1.05, 3.95); // ahead of the plan, and not cut off
    double price = solved.prices().get("five").perBudgetCent();
    assertThat(price).isPositive(); // the limit binds, or there is nothing to test
    var more = new Limits(Map.of("five", due + laidDown), Map.of(), null);
    double lower = Allocation.solve(choices, more).prices().get("five").perBudgetCent();
    assertThat(lower).isLessThan(price - 0.01); // and what is laid down matters
    return price * pace;
  }
}
