package io.promoflow.serving.flink;

import static java.time.temporal.ChronoUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
import io.promoflow.features.flink.FeatureJob;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.TestLedger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.rules.RuleFile;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules that we ship, from the shop's events through the feature job to decisions. */
class ExampleRulesOverTimeTest {
  private static final Instant JUNE = Instant.parse("2026-06-15T12:00:00Z");
  private static final String LAPSED = "k1.lapsed";
  private static final String RECENT = "k1.recent";
  private static final String NEVER = "k1.never";
  private static final String GOLD = "k1.gold";

  /** Ordered on 20 November. */
  private static final String BUSY = "k1.busy";

  /** Promotions double the chance of an order; the margin is that of the rules. */
  private static final Assumptions ASSUMED = new Assumptions(1, 0.3, 0.1, 5);

  private static final Decider DECIDER = new Decider(ASSUMED);
  private static final List<FeatureRow> ROWS = new ArrayList<>();
  private static RuleSet rules;

  @BeforeAll
  static void computeFeatures() throws Exception {
    try (InputStream in = RuleFile.class.getResourceAsStream("/examples/rules.yaml")) {
      rules =
          RuleFile.parse("rules.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .asVersion(1, "test", "", JUNE);
    }
    var settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "flink.parallelism", "1"));
    var options = FeatureOptions.from(settings);
    FeatureEngine engine = options.engine();
    var env =
        JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
    var inOrder =
        events().stream().sorted(Comparator.comparing(ShopEvent::at)).toArray(ShopEvent[]::new);
    var events =
        env.fromData(inOrder)
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<ShopEvent>forMonotonousTimestamps()
                    .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli()));
    try (var found = FeatureJob.pipeline(events, options).vectors().executeAndCollect()) {
      while (found.hasNext()) {
        FeatureVector vector = found.next();
        ROWS.add(engine.row(vector));
      }
    }
  }

  private static List<ShopEvent> events() {
    return List.of(
        event("e1", ShopEventType.PROFILE_CHANGED, GOLD, 200, "silver"),
        event("e2", ShopEventType.PROFILE_CHANGED, GOLD, 190, "gold"),
        event("e3", ShopEventType.ORDER_PLACED, LAPSED, 70, null),
        event("e4", ShopEventType.PRODUCT_VIEWED, NEVER, 70, null),
        event("e5", ShopEventType.ORDER_PLACED, RECENT, 10, null),
        event("e6", ShopEventType.ORDER_PLACED, BUSY, -158, null));
  }

  private static ShopEvent event(
      String id, ShopEventType type, String shopper, int daysBefore, String level) {
    boolean isOrder = type == ShopEventType.ORDER_PLACED;
    return new ShopEvent(
        id,
        type,
        shopper,
        null,
        JUNE.minus(Duration.ofDays(daysBefore)),
        "tea-1",
        "tea",
        null,
        isOrder ? 1 : null,
        isOrder ? 2_000L : null,
        null,
        isOrder ? "EUR" : null,
        isOrder ? "o-" + id : null,
        null,
        null,
        null,
        null,
        null,
        null,
        level,
        null);
  }

  private static FeatureRow row(String shopper, Instant at) {
    return FeatureRows.at(
            ROWS.stream().filter(one -> one.shopperId().equals(shopper)), at, Duration.ZERO)
        .orElse(null);
  }

  private static Decision decide(String shopper, Instant at, Cart cart, String level) {
    FeatureRow row = row(shopper, at);
    var asked = new DecisionRequest("r1", Trigger.CART_ADD, shopper, at, cart, null, level);
    Decision made = DECIDER.decide(asked, row, Map.of(), rules, Caps.NONE);
    Decision briefly = DECIDER.decideBriefly(asked, row, Map.of(), rules, Caps.NONE, null);
    assertThat(briefly.promotionId()).isEqualTo(made.promotionId());
    return made;
  }

  private static Decision decide(String shopper, Instant at) {
    return decide(shopper, at, new Cart(3_000, List.of()), null);
  }

  private static String why(Decision decision, String promotion) {
    return decision.candidates().stream()
        .filter(one -> promotion.equals(one.promotionId()))
        .map(one -> one.loss() == null ? "given" : one.loss() + ": " + one.detail())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoOrderedSeventyDaysAgoIsWonBackAndIsNotNew() {
    Decision back = decide(LAPSED, JUNE);
    assertThat(back.featuresAsOf()).as("nothing was written since").isBefore(JUNE.minus(39, DAYS));
    assertThat(back.promotionId()).isEqualTo("we-miss-you");
    assertThat(why(back, "welcome-ten"))
        .isEqualTo("NOT_ELIGIBLE: new_shopper is false, must be IN [true]");
  }

  @Test
  void aMomentBeforeSixtyDaysHaveGoneItIsTooEarly() {
    Instant sixty = JUNE.minus(10, DAYS);
    assertThat(decide(LAPSED, sixty).promotionId()).isEqualTo("we-miss-you");
    Decision early = decide(LAPSED, sixty.minusMillis(1));
    assertThat(early.promotionId()).isNull();
    assertThat(why(early, "we-miss-you"))
        .startsWith("NOT_ELIGIBLE: days_since_last_order is 59.99999")
        .endsWith("must be GE 60.0");
  }

  @Test
  void whoNeverOrderedIsWelcomedAndWhoJustDidIsLeftAlone() {
    assertThat(decide(NEVER, JUNE).promotionId()).isEqualTo("welcome-ten");
    assertThat(decide("k1.nobody", JUNE).promotionId()).isEqualTo("welcome-ten");
    assertThat(decide(RECENT, JUNE).promotionId()).isNull();
  }

  @Test
  void theLevelThatAnEventToldHoldsUntilAnotherIsTold() {
    assertThat(decide(GOLD, JUNE).promotionId()).isEqualTo("gold-price");
    Decision silver = decide(GOLD, JUNE.minus(195, DAYS));
    assertThat(why(silver, "gold-price")).isEqualTo("NOT_ELIGIBLE: member_level must be gold");
    assertThat(why(decide(NEVER, JUNE), "gold-price")).startsWith("NOT_ELIGIBLE");
  }

  @Test
  void whatTheQuestionTellsOfTheLevelWins() {
    var cart = new Cart(3_000, List.of());
    assertThat(decide(RECENT, JUNE, cart, "gold").promotionId()).isEqualTo("gold-price");
    assertThat(why(decide(GOLD, JUNE, cart, "none"), "gold-price")).startsWith("NOT_ELIGIBLE");
  }

  /** 28 November 2026 is a Saturday; Berlin is an hour ahead of UTC then. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-26T23:59:59.999Z, OUTSIDE_PERIOD, OUTSIDE_PERIOD, OUTSIDE_PERIOD",
    "2026-11-27T00:00:00Z,     NOT_ELIGIBLE,   open,           OUTSIDE_PERIOD",
    "2026-11-28T16:59:59Z,     NOT_ELIGIBLE,   open,           OUTSIDE_PERIOD",
    "2026-11-28T17:00:00Z,     open,           EXCLUDED,       OUTSIDE_PERIOD",
    "2026-11-28T23:00:00Z,     NOT_ELIGIBLE,   open,           OUTSIDE_PERIOD",
    "2026-12-01T00:00:00Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, OUTSIDE_PERIOD",
    "2026-12-10T18:00:00Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, OUTSIDE_PERIOD",
    "2026-12-18T18:00:00Z,     open,           EXCLUDED,       OUTSIDE_PERIOD",
    "2026-12-20T18:00:00Z,     NOT_ELIGIBLE,   open,           OUTSIDE_PERIOD",
    "2026-12-25T00:00:00Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, OUTSIDE_PERIOD",
    "2026-12-27T00:00:00Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, open",
    "2027-01-10T23:59:59Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, open",
    "2027-01-11T00:00:00Z,     OUTSIDE_PERIOD, OUTSIDE_PERIOD, OUTSIDE_PERIOD",
  })
  void calendarsOpenAndCloseTheirPromotions(
      Instant at, String flash, String steps, String clearance) {
    var cart =
        new Cart(
            14_000,
            List.of(
                new Cart.Line("radio-1", "electronics", 1, 12_000L, Instant.EPOCH),
                new Cart.Line("lamp-1", "clearance", 1, 2_000L, Instant.EPOCH)));
    Decision made = decide(BUSY, at, cart, null);
    assertThat(state(made, "holiday-flash")).isEqualTo(flash);
    assertThat(state(made, "holiday-steps")).isEqualTo(steps);
    assertThat(state(made, "clearance-half")).isEqualTo(clearance);
  }

  @Test
  void aHolidayFlashThatIsSoldOutLeavesItsPlaceToTheHolidaySteps() {
    var ledger = new TestLedger(Map.of(), Map.of("holiday-flash", Refusal.OUT_OF_STOCK));
    var line = new Cart.Line("radio-1", "electronics", 1, 12_000L, Instant.EPOCH);
    var at = Instant.parse("2026-11-28T17:00:00Z");
    var cart = new Cart(12_000, List.of(line));
    var asked = new DecisionRequest("r1", Trigger.CART_ADD, BUSY, at, cart);
    Decision made =
        new Decider(ASSUMED, ledger).decide(asked, row(BUSY, at), Map.of(), rules, Caps.NONE);
    assertThat(why(made, "holiday-flash")).startsWith("OUT_OF_STOCK: ");
    assertThat(state(made, "holiday-steps")).isEqualTo("open");
  }

  /** Open to the shopper, whether it was chosen or not; else why not. */
  private static String state(Decision decision, String promotion) {
    var one =
        decision.candidates().stream()
            .filter(candidate -> promotion.equals(candidate.promotionId()))
            .findFirst()
            .orElseThrow();
    return one.score() != null || one.loss() == null
        ? "open"
        : one.loss() == Decision.Loss.EXCLUDED_IN_GROUP ? "EXCLUDED" : one.loss().name();
  }
}
