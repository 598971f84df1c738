package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.deploy.shop.FinalTables.ResultRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The oracle is content with right tables and catches every defect that is put into them. */
class OracleTest {
  private static final String KEY = "key-of-the-test-at-least-sixteen";
  private static final Instant VISIT = Instant.parse("2026-01-10T13:00:00Z");
  private static final Instant BOUNDARY = Instant.parse("2026-01-11T00:00:00Z");
  private static final Oracle.Rules RULES =
      new Oracle.Rules(
          Map.of("24h", Duration.ofDays(1)), Duration.ofHours(12), Duration.ofDays(3), KEY);

  /** Ada (1) and Bob (2) in the control, Cy (3) and Di (4) with the discount. */
  private static List<SentEvent> ledger() {
    var events = new ArrayList<SentEvent>();
    for (int shopper = 1; shopper <= 4; shopper++) {
      boolean promoted = shopper > 2;
      events.add(
          new SentEventBuilder("cart-11-" + shopper, "Product Added", shopper, VISIT)
              .product("tea-1", "tea")
              .price(1_000L * shopper, null)
              .build());
      events.add(
          new SentEventBuilder(
                  "order-11-" + shopper, "Order Completed", shopper, VISIT.plusSeconds(60))
              .product("tea-1", "tea")
              .price(1_000L * shopper, promoted ? 150L * shopper : null)
              .order("o-11-" + shopper)
              .promotion(promoted ? "fifteen-off" : null)
              .build());
    }
    events.add(events.get(0).again());
    return events;
  }

  private static FinalTables tables() {
    var pseudonyms = new Pseudonyms(KEY);
    var features = new HashMap<String, Map<String, Double>>();
    var decisions = new ArrayList<DecisionRow>();
    for (int shopper = 1; shopper <= 4; shopper++) {
      boolean promoted = shopper > 2;
      var row = new HashMap<String, Double>();
      for (String name : List.of("views", "searches", "promotion_clicks", "returned_cents")) {
        row.put(name + "_24h", 0.0);
      }
      row.put("cart_adds_24h", 1.0);
      row.put("orders_24h", 1.0);
      row.put("distinct_products_24h", 1.0);
      row.put("spend_cents_24h", promoted ? 850.0 * shopper : 1_000.0 * shopper);
      features.put(pseudonyms.of(shopper), row);
      decisions.add(
          decision("cart-11-" + shopper, pseudonyms.of(shopper), "CART_ADD", "x", promoted));
      decisions.add(decision("visit-11-" + shopper, pseudonyms.of(shopper), "VISIT", null, false));
    }
    var results = new ArrayList<ResultRow>();
    for (String segment : List.of("all", "s1")) {
      // profit 0.3 * gross - discount: 300, 600 in the control, 450, 600 with 450, 600 off
      results.add(result("conversion", segment, 1, 1, 0, 0));
      results.add(result("orders", segment, 1, 1, 0, 0));
      results.add(result("spend", segment, 2_975, 1_500, 361_250, 500_000));
      results.add(result("profit", segment, 525, 450, 11_250, 45_000));
      results.add(result("discount", segment, 525, 0, 11_250, 0));
    }
    return new FinalTables(
        Map.of("accepted", 8L, "duplicate", 1L),
        BOUNDARY.plusSeconds(60),
        features,
        decisions,
        results);
  }

  private static DecisionRow decision(
      String request, String shopper, String trigger, String experiment, boolean promoted) {
    return new DecisionRow(
        "d-" + request,
        request,
        shopper,
        VISIT,
        trigger,
        "s1",
        experiment,
        experiment == null ? null : promoted ? "fifteen-off" : "control",
        promoted ? "fifteen-off" : null,
        1);
  }

  private static ResultRow result(
      String metric,
      String segment,
      double mean,
      double control,
      double variance,
      double controlVariance) {
    return new ResultRow(
        "x",
        "fifteen-off",
        "control",
        metric,
        segment,
        2,
        2,
        mean,
        control,
        variance,
        controlVariance);
  }

  private static Oracle.Verdict judge(UnaryOperator<FinalTables> defect) {
    return Oracle.judge(RULES, ledger(), defect.apply(tables()));
  }

  @Test
  void rightTablesAreClean() {
    Oracle.Verdict verdict = judge(tables -> tables);
    assertThat(verdict.examples()).isEmpty();
    assertThat(verdict.clean()).isTrue();
    assertThat(verdict.checked()).isGreaterThan(40);
  }

  @Test
  void aLostEventIsLost() {
    assertThat(judge(t -> withIntake(t, Map.of("accepted", 7L, "duplicate", 1L))).lost())
        .isEqualTo(1);
  }

  @Test
  void anEventCountedTwiceIsExtra() {
    assertThat(judge(t -> withIntake(t, Map.of("accepted", 9L, "duplicate", 1L))).extra())
        .isEqualTo(1);
  }

  private static FinalTables withIntake(FinalTables t, Map<String, Long> intake) {
    return new FinalTables(intake, t.clock(), t.features(), t.decisions(), t.results());
  }

  @Test
  void aDroppedRowOfFeaturesIsLost() {
    assertThat(
            judge(
                    t -> {
                      t.features().remove(t.features().keySet().iterator().next());
                      return t;
                    })
                .lost())
        .isEqualTo(1);
  }

  @Test
  void twoSwappedShoppersAreWrong() {
    assertThat(
            judge(
                    t -> {
                      var names = new Pseudonyms(KEY);
                      var ada = t.features().get(names.of(1));
                      t.features().put(names.of(1), t.features().get(names.of(2)));
                      t.features().put(names.of(2), ada);
                      return t;
                    })
                .wrong())
        .isEqualTo(2);
  }

  @Test
  void aTruncatedSumIsWrong() {
    assertThat(
            judge(
                    t -> {
                      t.features().get(new Pseudonyms(KEY).of(3)).put("spend_cents_24h", 2_549.0);
                      return t;
                    })
                .wrong())
        .isEqualTo(1);
  }

  @Test
  void aWindowThatIsOffByOneEdgeIsWrong() {
    // the same tables as of one boundary later: the day no longer holds what it must
    assertThat(
            judge(
                    t ->
                        new FinalTables(
                            t.intake(),
                            t.clock().plus(Duration.ofHours(24)),
                            t.features(),
                            t.decisions(),
                            t.results()))
                .wrong())
        .isPositive();
  }

  @Test
  void aDecisionLostDuplicatedOrMadeUpIsSeen() {
    assertThat(judge(t -> withDecisions(t, t.decisions().subList(1, 8))).lost()).isPositive();
    var twice = new ArrayList<>(tables().decisions());
    twice.add(twice.get(0));
    assertThat(judge(t -> withDecisions(t, twice)).duplicated()).isEqualTo(1);
    var more = new ArrayList<>(tables().decisions());
    more.add(decision("cart-11-99", "k1.nobody", "CART_ADD", null, false));
    assertThat(judge(t -> withDecisions(t, more)).extra()).isEqualTo(1);
  }

  private static FinalTables withDecisions(FinalTables t, List<DecisionRow> decisions) {
    return new FinalTables(t.intake(), t.clock(), t.features(), decisions, t.results());
  }

  @Test
  void anOutcomeShiftedByAMillisecondOverTheEdgeIsWrong() {
    // exposures one millisecond after the orders: they would no longer count
    assertThat(
            judge(
                    t ->
                        withDecisions(
                            t,
                            t.decisions().stream()
                                .map(
                                    d ->
                                        new DecisionRow(
                                            d.decisionId(),
                                            d.requestId(),
                                            d.shopper(),
                                            VISIT.plusSeconds(60).plusMillis(1),
                                            d.trigger(),
                                            d.segment(),
                                            d.experiment(),
                                            d.variant(),
                                            d.promotion(),
                                            1))
                                .toList()))
                .wrong())
        .isPositive();
  }

  @Test
  void aWrongMeanAndAMissingResultAreSeen() {
    assertThat(
            judge(
                    t -> {
                      t.results().set(3, result("profit", "all", 525.000001, 450, 11_250, 45_000));
                      return t;
                    })
                .wrong())
        .isEqualTo(1);
    assertThat(
            judge(
                    t -> {
                      t.results().remove(0);
                      return t;
                    })
                .lost())
        .isEqualTo(1);
  }
}
