package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.promotion;
import static io.promoflow.evaluation.TestShop.refunded;
import static io.promoflow.evaluation.TestShop.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.OutcomeValue;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows of single shoppers: which there are, in any order of records, and that they go. */
class ShopperFactsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private KeyedTwoInputStreamOperatorTestHarness<String, Decision, ShopEvent, OutcomeFact> shop;

  @BeforeEach
  void open() throws Exception {
    open(ShopperHarness.OPTIONS);
  }

  private void open(EvaluationOptions options) throws Exception {
    var facts = new ShopperFacts(options, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    shop =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(facts),
            Decision::shopperId,
            ShopEvent::shopperId,
            Types.STRING);
    shop.open();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private void take(Object record) throws Exception {
    if (record instanceof Decision decision) {
      shop.processElement1(decision, decision.at().toEpochMilli());
    } else {
      var event = (ShopEvent) record;
      shop.processElement2(event, event.at().toEpochMilli());
    }
  }

  /** What the table holds in the end, by event. */
  private Map<String, OutcomeValue> outcomes() {
    var table = new TreeMap<String, OutcomeValue>();
    for (OutcomeFact fact : shop.extractOutputValues()) {
      if (fact.outcome() == null) {
        table.clear();
      } else if (fact.isForgotten()) {
        table.remove(fact.outcome().eventId());
      } else {
        table.put(fact.outcome().eventId(), fact.value());
      }
    }
    return table;
  }

  private List<String> variants() {
    return exposures().stream().map(exposure -> exposure.first().variant()).toList();
  }

  /** What the table of exposures holds in the end: one row at most, there is one experiment. */
  private List<Exposure> exposures() {
    var exposures = new ArrayList<Exposure>();
    var out = shop.getSideOutput(ShopperFacts.EXPOSURES);
    if (out != null) {
      out.forEach(
          record -> {
            exposures.clear();
            if (!record.getValue().isForgotten()) {
              exposures.add(record.getValue().exposure());
            }
          });
    }
    return exposures;
  }

  private static List<Object> history() {
    return List.of(
        placed("e0", ADA, NOON.minus(DAY.multipliedBy(5)), "o0", 900, 0), // about nothing
        placed("e1", ADA, NOON.minusSeconds(60), "o1", 1_000, 0), // covariate
        decision("d1", ADA, NOON, TEN_OFF, "s1"),
        placed("e2", ADA, NOON.plusSeconds(60), "o2", 2_000, 200),
        promotion("e3", ShopEventType.PROMOTION_VIEWED, ADA, NOON.plusSeconds(70), null),
        decision("d2", ADA, NOON.plusSeconds(80), CONTROL, "s1"),
        refunded("e4", ADA, NOON.plus(DAY), "o2", 2_000));
  }

  @Test
  void rowsAreWhatResultsRestOnInAnyOrder() throws Exception {
    var expected =
        Map.of(
            "e1", new OutcomeValue(1_000, 300, 0, 1, 0, 0),
            "e2", new OutcomeValue(1_800, 400, 200, 1, 0, 0),
            "e3", new OutcomeValue(0, 0, 0, 0, 1, 0),
            "e4", new OutcomeValue(-1_800, -400, -200, -1, 0, 0));
    for (int seed = 0; seed < 50; seed++) {
      close();
      open();
      var records = new ArrayList<>(history());
      records.addAll(history());
      Collections.shuffle(records, new Random(seed));
      for (Object record : records) {
        take(record);
      }
      assertThat(outcomes()).isEqualTo(expected);
      assertThat(variants()).containsExactly(TEN_OFF);
    }
  }

  /** The first decision was never shown, so the second is the exposure, from its view on. */
  private static List<Object> historyWithViews() {
    var history = new ArrayList<>(history());
    history.add(shown("e5", ADA, NOON.plusSeconds(95), "d2"));
    history.add(shown("e6", ADA, NOON.plusSeconds(90), "d2"));
    history.add(placed("e7", ADA, NOON.plusSeconds(300), "o7", 500, 0));
    return history;
  }

  @Test
  void rowsAreAboutWhatWasShownInAnyOrder() throws Exception {
    var expected =
        Map.of(
            "e1", new OutcomeValue(1_000, 300, 0, 1, 0, 0),
            "e2", new OutcomeValue(1_800, 400, 200, 1, 0, 0),
            "e3", new OutcomeValue(0, 0, 0, 0, 1, 0),
            "e4", new OutcomeValue(-2_000, -600, 0, 0, 0, 0), // an order from before the exposure
            "e7", new OutcomeValue(500, 150, 0, 1, 0, 0));
    for (int seed = 0; seed < 50; seed++) {
      close();
      open(ShopperHarness.SHOWN);
      var records = new ArrayList<>(historyWithViews());
      records.addAll(historyWithViews());
      Collections.shuffle(records, new Random(seed));
      for (Object record : records) {
        take(record);
      }
      assertThat(outcomes()).isEqualTo(expected);
      assertThat(variants()).containsExactly(CONTROL);
      assertThat(exposures().get(0).first().atMillis())
          .isEqualTo(NOON.plusSeconds(90).toEpochMilli());
    }
  }

  @Test
  void whoWasShownNothingHasNoRows() throws Exception {
    close();
    open(ShopperHarness.SHOWN);
    for (Object record : history()) {
      take(record);
    }
    assertThat(outcomes()).isEmpty();
    assertThat(variants()).isEmpty();
    shop.processBothWatermarks(new Watermark(NOON.plus(DAY.multipliedBy(60)).toEpochMilli()));
    assertThat(shop.numKeyedStateEntries()).isZero();
  }

  @Test
  void shopperWhoIsInNoExperimentHasNoRows() throws Exception {
    take(placed("e1", ADA, NOON, "o1", 1_000, 0));
    take(decision("d1", ADA, NOON, null, null));

    assertThat(outcomes()).isEmpty();
    assertThat(variants()).isEmpty();
  }

  @Test
  void aPlacementThatGaveNothingIsNoView() throws Exception {
    take(decision("d1", ADA, NOON, CONTROL, "s1"));
    take(shown("w1", ADA, NOON.plusSeconds(5), "d1"));

    assertThat(outcomes()).isEmpty();
  }

  @Test
  void whatIsLateIsWrittenAsLongAsItCorrectsResults() throws Exception {
    take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    var late = new Watermark(NOON.plus(DAY.multipliedBy(14)).toEpochMilli());
    shop.processBothWatermarks(late);
    take(placed("e1", ADA, NOON.plusSeconds(60), "o1", 1_000, 0));

    assertThat(outcomes()).containsOnlyKeys("e1");
  }

  @Test
  void theExperimentOnTheLoopHasNoRows() throws Exception {
    take(inTheLoop(decision("d1", ADA, NOON, LoopHoldout.HELD_OUT, "s1")));
    take(placed("e1", ADA, NOON.plusSeconds(60), "o1", 1_000, 0));

    assertThat(outcomes()).isEmpty();
    assertThat(variants()).isEmpty();
  }

  private static Decision inTheLoop(Decision one) {
    return new Decision(
        one.decisionId(),
        one.requestId(),
        one.trigger(),
        one.shopperId(),
        one.at(),
        0,
        one.segment(),
        null,
        LoopHoldout.ID,
        one.variant(),
        null,
        one.probability(),
        0,
        List.of(),
        one.ruleVersion(),
        Map.of(),
        null,
        null,
        List.of());
  }

  @Test
  void withdrawnConsentTakesEveryRowOutAndNoneComesAfter() throws Exception {
    for (Object record : history()) {
      take(record);
    }
    take(promotion("w1", ShopEventType.CONSENT_WITHDRAWN, ADA, NOON.plus(DAY), null));
    assertThat(outcomes()).isEmpty();
    assertThat(variants()).isEmpty();

    take(placed("e9", ADA, NOON.plusSeconds(90), "o9", 700, 0));
    take(decision("d9", ADA, NOON.plusSeconds(95), TEN_OFF, "s1"));
    assertThat(outcomes()).isEmpty();
    assertThat(variants()).isEmpty();
    assertThat(shop.numKeyedStateEntries()).isEqualTo(1); // that it was withdrawn
  }
}
