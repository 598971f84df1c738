package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.deploy.shop.FinalTables.RatioCheckRow;
import io.promoflow.deploy.shop.FinalTables.ResultRow;
import io.promoflow.deploy.shop.FinalTables.ShownRow;
import io.promoflow.deploy.shop.Oracle.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An oracle that finds nothing is worth nothing: it must notice every defect seeded here. */
class OracleTest {
  private static final String KEY = "a-key-for-tests-only";
  private static final int ADA = 0;
  private static final int BOB = 1;
  private static final int CLEO = 2;
  private static final int DAN = 3;
  private static final Instant MORNING = Instant.parse("2026-01-12T07:00:00Z");
  private static final Instant CLOCK = Instant.parse("2026-01-13T05:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LATER = Duration.ofHours(6);
  private static final Duration ATTRIBUTION = Duration.ofDays(3);
  private static final Oracle.Rules RULES =
      new Oracle.Rules(
          Map.of("24h", DAY),
          Duration.ofHours(12),
          ATTRIBUTION,
          MORNING.plus(DAY.multipliedBy(4)),
          KEY);

  private final Pseudonyms pseudonyms = new Pseudonyms(KEY);
  private final List<SentEvent> ledger = new ArrayList<>();
  private final Map<String, Long> intake = new HashMap<>();
  private final Map<String, Map<String, Double>> features = new HashMap<>();
  private final List<DecisionRow> decisions = new ArrayList<>();
  private final Set<Long> holdingOut = new HashSet<>();
  private final List<ResultRow> results = new ArrayList<>();
  private final Map<String, List<ResultRow>> populations = new HashMap<>();
  private final List<RatioCheckRow> ratioChecks = new ArrayList<>();
  private final Map<String, ShownRow> shown = new TreeMap<>();

  /** Ada and Bob get the offer, Cleo and Dan do not; one event came twice, one was broken. */
  OracleTest() {
    fills(ADA, "offer", "p", 5_000);
    fills(BOB, "offer", "p", 4_000);
    fills(CLEO, "control", null, 6_000);
    fills(DAN, "control", null, 3_000);
    orders(ADA, "p", 5_000, 750L);
    orders(CLEO, null, 6_000, null);
    ledger.add(ledger.get(0).again());
    ledger.add(BrokenEvents.make(14, 0, ledger.get(0)));
    intake.put("duplicate", 1L);
    intake.put("NOT_JSON", 1L);
    // conversion, orders: ada and cleo; profit 1500-750 and 1800; spend 4250 and 6000
    result("conversion", 0.5, 0.5, 0.5, 0.5);
    result("orders", 0.5, 0.5, 0.5, 0.5);
    result("spend", 2_125, 9_031_250, 3_000, 18_000_000);
    result("profit", 375, 281_250, 900, 1_620_000);
    result("discount", 375, 281_250, 0, 0);
    for (String population : ExpectedExposures.POPULATIONS) {
      populations.put(population, new ArrayList<>(results));
      ratioChecks.add(new RatioCheckRow("cart-discount", population, 4));
    }
  }

  private void sends(SentEvent event) {
    ledger.add(event);
    intake.merge("accepted", 1L, Long::sum);
  }

  /** The place beside the cart is shown after a while, whatever was decided. */
  private void sees(int shopper, String decision, Instant decided, String variant) {
    sends(
        new SentEventBuilder("seen-" + decision, "Promotion Viewed", shopper, decided.plus(LATER))
            .decision(decision)
            .build());
    shown.merge(
        variant,
        new ShownRow("cart-discount", variant, 1, 1),
        (a, b) ->
            new ShownRow(
                "cart-discount", variant, a.decisions() + b.decisions(), a.shown() + b.shown()));
  }

  /** The page never showed what was decided, and the tables know it. */
  private void seesNothing(int shopper, String variant) {
    unsent("seen-d-cart-" + shopper);
    ShownRow row = shown.get(variant);
    shown.put(variant, new ShownRow("cart-discount", variant, row.decisions(), row.shown() - 1));
  }

  private void unsent(String id) {
    assertThat(ledger.removeIf(event -> id.equals(event.id()))).as(id).isTrue();
    intake.merge("accepted", -1L, Long::sum);
  }

  private void fills(int shopper, String variant, String promotion, long cents) {
    Instant at = MORNING.plusSeconds(shopper);
    String name = pseudonyms.of(shopper);
    sends(
        new SentEventBuilder(Script.cartId(14, shopper), "Product Added", shopper, at)
            .product("tea-1", "tea")
            .price(cents, null)
            .build());
    decisions.add(
        new DecisionRow(
            "d-cart-" + shopper,
            Script.cartId(14, shopper),
            name,
            at,
            "CART_ADD",
            "s0",
            "cart-discount",
            variant,
            promotion,
            1,
            true));
    decisions.add(
        new DecisionRow(
            "d-visit-" + shopper,
            "visit-14-" + shopper,
            name,
            at.minusSeconds(23),
            "VISIT",
            null,
            null,
            null,
            null,
            1,
            false));
    sees(shopper, "d-cart-" + shopper, at, variant);
    features.put(name, counted(0, 0));
  }

  private void orders(int shopper, String promotion, long cents, Long discount) {
    sends(
        new SentEventBuilder(
                "order-14-" + shopper, "Order Completed", shopper, MORNING.plusSeconds(40_000))
            .product("tea-1", "tea")
            .price(cents, discount)
            .order("o-14-" + shopper)
            .promotion(promotion)
            .build());
    features.put(
        pseudonyms.of(shopper), counted(1, (double) (cents - (discount == null ? 0 : discount))));
  }

  private static Map<String, Double> counted(double orders, double spend) {
    var row = new HashMap<String, Double>();
    for (String zero : List.of("views", "searches", "promotion_clicks", "returned_cents")) {
      row.put(zero + "_24h", 0.0);
    }
    row.put("cart_adds_24h", 1.0);
    row.put("distinct_products_24h", 1.0);
    row.put("orders_24h", orders);
    row.put("spend_cents_24h", spend);
    return row;
  }

  private void result(String metric, double mean, double variance, double control, double other) {
    for (String segment : List.of("all", "s0")) {
      results.add(
          new ResultRow(
              "cart-discount",
              "offer",
              "control",
              metric,
              segment,
              2,
              2,
              mean,
              control,
              variance,
              other));
    }
  }

  private Verdict judged() {
    return Oracle.judge(
        RULES,
        ledger,
        new FinalTables(
            intake,
            CLOCK,
            features,
            decisions,
            holdingOut,
            results,
            populations,
            ratioChecks,
            List.copyOf(shown.values())));
  }

  private void decided(int row, DecisionRow changed) {
    decisions.set(row, changed);
  }

  private static DecisionRow moved(DecisionRow d, String shopper, Instant at) {
    return new DecisionRow(
        d.decisionId(),
        d.requestId(),
        shopper,
        at,
        d.trigger(),
        d.segment(),
        d.experiment(),
        d.variant(),
        d.promotion(),
        d.ruleVersion(),
        d.triggered());
  }

  /** What an experiment decides for a shopper when the cart is filled again. */
  private void fillsAgain(int shopper, Instant at, String variant) {
    sends(
        new SentEventBuilder(Script.cartId(15, shopper), "Product Added", shopper, at)
            .product("tea-1", "tea")
            .price(5_000L, null)
            .build());
    sees(shopper, "d-again-" + shopper, at, variant);
    decisions.add(
        new DecisionRow(
            "d-again-" + shopper,
            Script.cartId(15, shopper),
            pseudonyms.of(shopper),
            at,
            "CART_ADD",
            "s0",
            "cart-discount",
            variant,
            null,
            1,
            true));
    decisions.add(
        new DecisionRow(
            "d-visit-again-" + shopper,
            "visit-15-" + shopper,
            pseudonyms.of(shopper),
            at.minusSeconds(23),
            "VISIT",
            null,
            null,
            null,
            null,
            1,
            false));
  }

  private static ResultRow counted(ResultRow row, long units, Double mean, Double variance) {
    return new ResultRow(
        row.experiment(),
        row.variant(),
        row.control(),
        row.metric(),
        row.segment(),
        units,
        row.controlUnits(),
        mean,
        row.controlMean(),
        variance,
        row.controlVariance());
  }

  @Test
  void rightTablesAreClean() {
    assertThat(judged().examples()).isEmpty();
    assertThat(judged().clean()).isTrue();
  }

  @Test
  void droppedDecisionIsLost() {
    decisions.remove(decisions.size() - 1);
    assertThat(judged().lost()).isEqualTo(1);
  }

  @Test
  void decisionThatIsThereTwiceIsDuplicated() {
    decisions.add(decisions.get(0));
    assertThat(judged().duplicated()).isEqualTo(1);
  }

  @Test
  void decisionOnNothingIsExtra() {
    DecisionRow first = decisions.get(0);
    decisions.add(
        new DecisionRow(
            "d-x",
            "cart-99-0",
            first.shopper(),
            first.at(),
            "CART_ADD",
            null,
            null,
            null,
            null,
            1,
            false));
    assertThat(judged().extra()).isEqualTo(1);
  }

  @Test
  void decisionShiftedByAMillisecondIsWrong() {
    DecisionRow first = decisions.get(0);
    decided(0, moved(first, first.shopper(), first.at().plusMillis(1)));
    assertThat(judged().wrong()).isPositive();
  }

  @Test
  void decisionsOfTwoShoppersOutsideExperimentsSwappedAreWrong() {
    DecisionRow ada = decisions.get(1);
    DecisionRow bob = decisions.get(3);
    decided(1, moved(ada, bob.shopper(), ada.at()));
    decided(3, moved(bob, ada.shopper(), bob.at()));
    assertThat(judged().wrong()).isPositive();
  }

  @Test
  void cartDecisionsOfTwoShoppersOfOneVariantSwappedAreWrong() {
    DecisionRow ada = decisions.get(0);
    DecisionRow bob = decisions.get(2);
    decided(0, moved(ada, bob.shopper(), ada.at()));
    decided(2, moved(bob, ada.shopper(), bob.at()));
    assertThat(judged().wrong()).isPositive();
  }

  @Test
  void featuresOfTwoShoppersSwappedAreWrong() {
    Map<String, Double> ada = features.get(pseudonyms.of(ADA));
    features.put(pseudonyms.of(ADA), features.get(pseudonyms.of(BOB)));
    features.put(pseudonyms.of(BOB), ada);
    assertThat(judged().wrong()).isPositive();
  }

  @Test
  void droppedFeatureRowIsLost() {
    features.remove(pseudonyms.of(DAN));
    assertThat(judged().lost()).isEqualTo(1);
  }

  @Test
  void truncatedSumOfAFeatureIsWrong() {
    features.get(pseudonyms.of(CLEO)).put("spend_cents_24h", 5_999.0);
    assertThat(judged().wrong()).isEqualTo(1);
  }

  @Test
  void eventOneWindowEdgeTooEarlyIsWrong() {
    features.get(pseudonyms.of(ADA)).put("cart_adds_24h", 0.0);
    assertThat(judged().wrong()).isEqualTo(1);
  }

  @Test
  void truncatedMeanAndVarianceAreWrong() {
    ResultRow spend = results.get(4);
    results.set(
        4,
        new ResultRow(
            spend.experiment(),
            spend.variant(),
            spend.control(),
            spend.metric(),
            spend.segment(),
            spend.units(),
            spend.controlUnits(),
            2_124.0,
            spend.controlMean(),
            9_031_249.0,
            spend.controlVariance()));
    assertThat(judged().wrong()).isEqualTo(2);
  }

  @Test
  void droppedResultIsLost() {
    results.remove(0);
    assertThat(judged().lost()).isEqualTo(1);
  }

  @Test
  void droppedResultOfAPopulationIsLost() {
    populations.get("triggered").remove(0);
    assertThat(judged().lost()).isEqualTo(1);
    populations.remove("uncontaminated");
    assertThat(judged().lost()).isEqualTo(11);
  }

  @Test
  void resultOfAPopulationThatIsThereTwiceIsDuplicated() {
    List<ResultRow> triggered = populations.get("triggered");
    triggered.add(triggered.get(0));
    assertThat(judged().duplicated()).isEqualTo(1);
  }

  @Test
  void checkThatCountsOneShopperTooFewIsWrongAndADroppedOneIsLost() {
    ratioChecks.set(0, new RatioCheckRow("cart-discount", "everybody", 3));
    ratioChecks.remove(2);
    assertThat(judged().wrong()).isEqualTo(1);
    assertThat(judged().lost()).isEqualTo(1);
  }

  @Test
  void missingExposureWhereEverythingWasShownIsExtra() {
    ratioChecks.add(new RatioCheckRow("cart-discount", "missing_exposure", 1));
    assertThat(judged().extra()).isEqualTo(1);
  }

  /** Bob's offer was never rendered: Ada alone is exposed to it. */
  private void onlyAdaIsExposed() {
    seesNothing(BOB, "offer");
    var alone =
        Map.of(
            "conversion", 1.0, "orders", 1.0, "spend", 4_250.0, "profit", 750.0, "discount", 750.0);
    results.replaceAll(row -> counted(row, 1, alone.get(row.metric()), null));
    for (String population : ExpectedExposures.POPULATIONS) {
      populations.put(population, new ArrayList<>(results));
    }
    ratioChecks.replaceAll(row -> new RatioCheckRow(row.experiment(), row.population(), 3));
    ratioChecks.add(new RatioCheckRow("cart-discount", "missing_exposure", 1));
  }

  @Test
  void whoWasShownNothingIsMissingAndNotExposed() {
    onlyAdaIsExposed();
    assertThat(judged().examples()).isEmpty();
    assertThat(judged().clean()).isTrue();
  }

  @Test
  void missingExposureThatNobodyCountsIsLost() {
    onlyAdaIsExposed();
    ratioChecks.remove(ratioChecks.size() - 1);
    assertThat(judged().lost()).isEqualTo(1);
  }

  @Test
  void countingWhoWasShownNothingIsWrong() {
    seesNothing(BOB, "offer");
    ratioChecks.add(new RatioCheckRow("cart-discount", "missing_exposure", 1));
    // units, means and variances of five metrics, in two segments, in the results and in three
    // populations, each of which has its check
    assertThat(judged().wrong()).isEqualTo(2 * 4 * (5 + 5) + 3);
  }

  @Test
  void wrongCountOfWhatWasShownIsWrongAndADroppedOneIsLost() {
    shown.put("offer", new ShownRow("cart-discount", "offer", 2, 1));
    assertThat(judged().wrong()).isEqualTo(1);
    shown.remove("control");
    assertThat(judged().lost()).isEqualTo(1);
    shown.put("third", new ShownRow("cart-discount", "third", 2, 1));
    assertThat(judged().extra()).isEqualTo(1);
  }

  /** What comes before the view does not count, although the decision was made before it. */
  @Test
  void orderBeforeTheViewDoesNotCount() {
    unsent("order-14-" + CLEO);
    sends(
        new SentEventBuilder(
                "order-14-" + CLEO, "Order Completed", CLEO, MORNING.plusSeconds(20_000))
            .product("tea-1", "tea")
            .price(6_000L, null)
            .order("o-14-" + CLEO)
            .build());
    // the control's means and variances of four metrics, in the results and in three populations
    assertThat(judged().wrong()).isEqualTo(2 * 4 * (4 + 4));
  }

  @Test
  void orderThatUsesAPromotionThatWasNeverShownIsWrong() {
    unsent("seen-d-cart-" + ADA);
    assertThat(judged().examples())
        .anyMatch(one -> one.startsWith("wrong: promotion of cart-14-0"));
  }

  @Test
  void populationThatNobodyKnowsIsExtra() {
    populations.put("lucky", List.of());
    assertThat(judged().extra()).isEqualTo(1);
  }

  /** Ada comes back under the other variant: uncontaminated is Bob alone, who bought nothing. */
  @Test
  void shopperOfASecondVariantIsNotUncontaminated() {
    fillsAgain(ADA, CLOCK.plusSeconds(60), "control");
    // units and means of five metrics in two segments, one shopper has no variance; and the check
    assertThat(judged().wrong()).isEqualTo(2 * (5 + 5) + 1);
  }

  @Test
  void populationsWithTheRightShoppersAreClean() {
    fillsAgain(ADA, CLOCK.plusSeconds(60), "control");
    populations.get("uncontaminated").replaceAll(row -> counted(row, 1, 0.0, null));
    ratioChecks.set(1, new RatioCheckRow("cart-discount", "uncontaminated", 3));
    assertThat(judged().examples()).isEmpty();
    assertThat(judged().clean()).isTrue();
  }

  @Test
  void secondVariantAfterTheWindowContaminatesNobody() {
    fillsAgain(ADA, MORNING.plus(ATTRIBUTION), "control");
    assertThat(judged().examples()).isEmpty();
  }

  @Test
  void decisionThatSaysTheVariantsAreAlikeIsWrongAndChangesWhoIsTriggered() {
    DecisionRow bob = decisions.get(2);
    decided(
        2,
        new DecisionRow(
            bob.decisionId(),
            bob.requestId(),
            bob.shopper(),
            bob.at(),
            bob.trigger(),
            bob.segment(),
            bob.experiment(),
            bob.variant(),
            bob.promotion(),
            bob.ruleVersion(),
            false));
    // the decision itself; triggered is Ada alone, whose means are twice as large; and the check
    assertThat(judged().wrong()).isEqualTo(1 + 2 * (5 + 5) + 1);
  }

  /** Everybody is promoted: nobody was held out by the draw. */
  private void measuredLoop(String metric, double... values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).sum();
    for (String segment : List.of("all", "none")) {
      var row =
          new ResultRow(
              "loop-holdout",
              "promoted",
              "holdout",
              metric,
              segment,
              4,
              0,
              mean,
              null,
              squares / 3,
              null);
      results.add(row);
      populations.values().forEach(rows -> rows.add(row));
    }
  }

  @Test
  void loopCountsEverybodyFromTheFirstDecisionOn() {
    holdingOut.add(1L);
    measuredLoop("conversion", 1, 0, 1, 0);
    measuredLoop("orders", 1, 0, 1, 0);
    measuredLoop("spend", 4_250, 0, 6_000, 0);
    measuredLoop("profit", 750, 0, 1_800, 0);
    measuredLoop("discount", 750, 0, 0, 0);
    ExpectedExposures.POPULATIONS.forEach(
        population -> ratioChecks.add(new RatioCheckRow("loop-holdout", population, 4)));
    assertThat(judged().examples()).isEmpty();
    holdingOut.clear();
    assertThat(judged().extra()).as("measured where nobody may be held out").isEqualTo(40 + 3);
  }

  @Test
  void loopThatIsNotMeasuredIsLost() {
    holdingOut.add(1L);
    // the visit came first, so in segments all and none, in the results and in three populations,
    // each of which has its check
    assertThat(judged().lost()).isEqualTo(5 * 2 * 4 + 3);
  }

  @Test
  void eventCountedTwiceIsExtraAndUncountedIsLost() {
    intake.merge("accepted", 1L, Long::sum);
    intake.remove("NOT_JSON");
    assertThat(judged().extra()).isEqualTo(1);
    assertThat(judged().lost()).isEqualTo(1);
  }
}
