package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.LoggedShop.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.rules.ModelShadow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Models in shadow over the log of a shop whose truth is known: some response models know who is
 * eager, some think the reverse.
 */
class ModelGateTest {
  static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));
  static final String RULES = "promotions: [{id: ten, kind: percent-off, terms: {percent: 10}}]\n";
  @RegisterExtension private static final TestStore STORE = new TestStore();

  private static ModelVersion response(
      String kind, Instant windowEnd, double eager, double intercept) {
    String name = "response-" + kind;
    return new ModelVersion(
        name,
        name + "@" + windowEnd,
        ModelKind.LOGISTIC,
        "hand",
        windowEnd.minusSeconds(1),
        windowEnd,
        List.of("eager"),
        new double[] {0},
        List.of(),
        new double[] {0},
        new double[] {1},
        null,
        null,
        new double[] {eager},
        intercept,
        100,
        Map.of());
  }

  /** An order is as likely as 0.2 without; with ten per cent off 0.6 or 0.05. */
  static List<ModelVersion> rightModels(Instant windowEnd) {
    return List.of(
        response("none", windowEnd, 0.001, -1.39), response("percent-off", windowEnd, 3.35, -2.94));
  }

  static List<ModelVersion> wrongModels(Instant windowEnd) {
    return List.of(
        response("none", windowEnd, 0.001, -1.39), response("percent-off", windowEnd, -3.35, 0.41));
  }

  private static ModelShadow.Versions knowing(List<ModelVersion> models) {
    return (name, version) ->
        models.stream()
            .filter(one -> one.name().equals(name) && one.version().equals(version))
            .findFirst();
  }

  private GateFound judged(
      List<ModelVersion> inForce, List<ModelVersion> challengers, double exploration)
      throws Exception {
    return judged(inForce, challengers, exploration, knowing(inForce));
  }

  private GateFound judged(
      List<ModelVersion> inForce,
      List<ModelVersion> challengers,
      double exploration,
      ModelShadow.Versions versions)
      throws Exception {
    List<ShopEvent> events = logged(inForce, exploration);
    return judged(inForce, challengers, check(events, exploration, versions));
  }

  private static GateFound judged(
      List<ModelVersion> inForce, List<ModelVersion> challengers, GateCheck check) {
    return check.ofModels(inForce, challengers, RuleGateTest.GATE, Duration.ofDays(14));
  }

  private static List<ShopEvent> logged(List<ModelVersion> inForce, double exploration)
      throws Exception {
    RuleSet rules = RuleGateTest.version(1, RULES);
    return LoggedShop.logUnder(STORE.place(), rules, inForce, exploration);
  }

  /** Where by now another share is left to chance, or the same. */
  private static GateCheck check(
      List<ShopEvent> events, double explorationNow, ModelShadow.Versions versions) {
    RuleSet rules = RuleGateTest.version(1, RULES);
    return new GateCheck(
        STORE.source(),
        LoggedShop.settings(explorationNow),
        LoggedShop.outcomes(events),
        Map.of(1L, rules)::get,
        versions);
  }

  @Test
  void modelsThatChooseBetterPass() throws Exception {
    GateFound found = judged(wrongModels(MONDAY), rightModels(TUESDAY), 0.4);
    assertThat(found.verdict().reasons()).isNotEmpty();
    assertThat(found.verdict().opens()).as(found.verdict().reasons().toString()).isTrue();
    assertThat(found.from()).as("what they have learnt from does not count").isEqualTo(TUESDAY);
    assertThat(found.challenger().immature()).as("of the last three days").isEqualTo(864);
    assertThat(found.challenger().choices()).hasSize(3_000 - 864 - 288);
    // eager ones get it in 0.8 instead of 0.2, which gains 360; the others the reverse, 180
    assertThat(found.verdict().gain().low()).isPositive().isLessThan(270);
    assertThat(found.verdict().gain().high()).isGreaterThan(270);
    // half of the shoppers gain 0.8 times 600, half lose 0.2 times 300
    found.inShadow().values().forEach(value -> assertThat(value.low()).isLessThan(1_210));
    found.inShadow().values().forEach(value -> assertThat(value.high()).isGreaterThan(1_210));
    found.inForce().values().forEach(value -> assertThat(value.low()).isLessThan(940));
    found.inForce().values().forEach(value -> assertThat(value.high()).isGreaterThan(940));
    assertThat(found.json()).containsEntry("opens", true).containsKeys("inForce", "inShadow");
  }

  @Test
  void worseModelsAreRefused() throws Exception {
    GateFound found = judged(rightModels(MONDAY), wrongModels(TUESDAY), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().high()).isNegative();
  }

  @Test
  void modelsThatChooseTheSameGainNothing() throws Exception {
    GateFound found = judged(rightModels(MONDAY), rightModels(TUESDAY), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().low()).isZero();
    assertThat(found.verdict().gain().high()).isZero();
  }

  @Test
  void aLogThatLeftNothingToChanceCannotTell() throws Exception {
    GateFound found = judged(wrongModels(MONDAY), rightModels(TUESDAY), 0);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare()).isEqualTo(1);
    assertThat(found.verdict().reasons()).anyMatch(why -> why.contains("were never made"));
  }

  @Test
  void chanceThatIsLeftSinceSaysNothingOfALogWithout() throws Exception {
    List<ModelVersion> inForce = wrongModels(MONDAY);
    GateCheck check = check(logged(inForce, 0), 0.4, knowing(inForce));
    GateFound found = judged(inForce, rightModels(TUESDAY), check);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare())
        .as("the other choice than that of then, as often as it would be best or drawn")
        .isCloseTo(0.8, within(1e-9));
    GateFound nothing =
        check.ofRules(
            RuleGateTest.version(2, "promotions: []\n"), RuleGateTest.GATE, Duration.ofDays(14));
    assertThat(nothing.verdict().canJudge()).isFalse();
  }

  /** One decision of the log: what came of it, and how probable it was, by other means. */
  private record Seen(boolean eager, boolean given, double probability, long profit) {
    double weight() {
      return eager == given ? 1 / probability : 0;
    }
  }

  private static List<Seen> seen(List<ShopEvent> events) throws Exception {
    var profits = new HashMap<Instant, Long>();
    events.forEach(one -> profits.put(one.at(), Math.round(0.3 * one.unitPriceCents())));
    var seen = new ArrayList<Seen>();
    try (var connection = STORE.source().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT shopper_id, at, promotion_id, probability FROM serving.decisions"
                    + " WHERE at >= '2026-01-06 00:00Z' AND at <= '2026-01-12 09:55Z'")) {
      while (rows.next()) {
        seen.add(
            new Seen(
                Integer.parseInt(rows.getString(1).substring("k1.s".length())) % 2 == 0,
                rows.getString(3) != null,
                rows.getDouble(4),
                profits.get(rows.getTimestamp(2).toInstant().plusSeconds(60))));
      }
    }
    return seen;
  }

  @Test
  void whatWasDrawnThenCountsAsMuchAsItWasProbableThen() throws Exception {
    List<ModelVersion> inForce = wrongModels(MONDAY);
    List<ShopEvent> events = logged(inForce, 0.4);
    GateFound found = judged(inForce, rightModels(TUESDAY), check(events, 0, knowing(inForce)));
    List<Seen> seen = seen(events);
    assertThat(found.challenger().unknownShare()).isZero();
    assertThat(found.challenger().unsupportedShare()).isZero();
    assertThat(found.challenger().choices()).hasSameSizeAs(seen).hasSize(3_000 - 864 - 288);
    assertThat(found.verdict().opens()).as(found.verdict().reasons().toString()).isTrue();
    double weights = seen.stream().mapToDouble(Seen::weight).sum();
    double weighed = seen.stream().mapToDouble(one -> one.weight() * one.profit()).sum();
    assertThat(found.inShadow().get("inverse propensity").value())
        .isCloseTo(weighed / seen.size(), within(1e-6));
    assertThat(found.inShadow().get("self-normalised").value())
        .isCloseTo(weighed / weights, within(1e-6));
    assertThat(found.inShadow().get("doubly robust").low()).as("1,300 in truth").isLessThan(1_300);
    assertThat(found.inShadow().get("doubly robust").high()).isGreaterThan(1_300);
  }

  @Test
  void decisionsOfModelsThatNobodyKnowsAnyMoreCannotTell() throws Exception {
    GateFound found =
        judged(wrongModels(MONDAY), rightModels(TUESDAY), 0.4, (name, version) -> Optional.empty());
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unknownShare()).isEqualTo(1);
  }

  @Test
  void whatHasJustLearntFromAllOfTheLogMustWait() throws Exception {
    GateFound found =
        judged(wrongModels(MONDAY), rightModels(MONDAY.plus(Duration.ofDays(10))), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().choices()).isEmpty();
    assertThat(found.challenger().immature()).isEqualTo(120);
  }

  @Test
  void rulesAreJudgedByWhatTheResponseModelsOfThenSay() throws Exception {
    List<ModelVersion> models = rightModels(MONDAY);
    GateCheck check = check(logged(models, 0.4), 0.4, knowing(models));
    GateFound same =
        check.ofRules(RuleGateTest.version(2, RULES), RuleGateTest.GATE, Duration.ofDays(14));
    assertThat(same.challenger().unknownShare()).isZero();
    assertThat(same.verdict().canJudge()).isTrue();
    assertThat(same.verdict().gain().low()).isZero();
    assertThat(same.verdict().gain().high()).isZero();
    assertThat(same.inForce().get("inverse propensity").value())
        .as("every decision was as probable as it was logged")
        .isCloseTo(same.got(), within(1e-6));
    GateFound nothing =
        check.ofRules(
            RuleGateTest.version(2, "promotions: []\n"), RuleGateTest.GATE, Duration.ofDays(14));
    // eager ones had 0.8 times 600, the others 0.2 times -300
    assertThat(nothing.verdict().gain().low()).isLessThan(-210);
    assertThat(nothing.verdict().gain().high()).isBetween(-210.0, 0.0);
  }
}
