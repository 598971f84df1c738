package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.limited;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExplorationPropertyTest {
  private static final int QUESTIONS = 4_000;

  /** 5 standard deviations: a cell fails falsely less than once in a million times. */
  private static final double DEVIATIONS = 5;

  private static RuleSet offers(int count) {
    List<Promotion> promotions =
        IntStream.range(0, count).mapToObj(i -> limited(percentOff("p" + i, 2 + 8 * i))).toList();
    return rules(1, promotions, List.of());
  }

  private static Decision decide(Decider decider, RuleSet rules, int question) {
    return decider.decide(
        asks("r" + question, Trigger.CART_ADD, ADA, 10_000), null, Map.of(), rules, Caps.NONE);
  }

  private static Decider exploring(double share) {
    return new Decider(new Assumptions(0.5, 0.4, 0.1, 5, share, 0), OpenLedger.INSTANCE);
  }

  @Property(tries = 20)
  void choicesAreMadeAsOftenAsTheirLoggedProbabilitySays(
      @ForAll @DoubleRange(min = 0, max = 1) double share, @ForAll @IntRange(max = 5) int count) {
    Decider decider = exploring(share);
    var counts = new HashMap<String, Integer>();
    var logged = new HashMap<String, Double>();
    for (int question = 0; question < QUESTIONS; question++) {
      Decision decision = decide(decider, offers(count), question);
      counts.merge(String.valueOf(decision.promotionId()), 1, Integer::sum);
      Double before = logged.put(String.valueOf(decision.promotionId()), decision.probability());
      assertThat(before == null || before.equals(decision.probability())).isTrue();
    }
    logged.forEach(
        (choice, p) ->
            assertThat(counts.get(choice) / (double) QUESTIONS)
                .as(choice)
                .isCloseTo(p, within(DEVIATIONS * Math.sqrt(p * (1 - p) / QUESTIONS) + 1e-12)));
    assertThat(logged.values().stream().mapToDouble(p -> p).sum()).isLessThan(1 + 1e-9);
  }

  @Test
  void theProbabilitiesAreThoseOfEpsilonGreedyOverWhatCanBeGiven() {
    var refusing = new TestLedger(Map.of(), Map.of("p1", Refusal.PACED));
    var decider = new Decider(new Assumptions(0.5, 0.4, 0.1, 5, 0.3, 0), refusing);
    var logged = new HashMap<String, Double>();
    for (int question = 0; question < 500; question++) {
      Decision decision = decide(decider, offers(3), question);
      logged.put(String.valueOf(decision.promotionId()), decision.probability());
    }
    assertThat(logged).hasSize(3).doesNotContainKey("p1"); // p0, p2 and nothing
    assertThat(logged.get("p0")).isCloseTo(0.8, within(1e-12));
    assertThat(logged.get("p2")).isCloseTo(0.1, within(1e-12));
    assertThat(logged.get("null")).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void theSameQuestionIsDrawnTheSameAndTheBetterOnesSayThatTheyWereNotDrawn() {
    Decider decider = exploring(1);
    for (int question = 0; question < 100; question++) {
      Decision decision = decide(decider, offers(3), question);
      assertThat(decide(exploring(1), offers(3), question)).isEqualTo(decision);
      if (!"p0".equals(decision.promotionId())) {
        assertThat(decision.candidates().get(0).loss()).isEqualTo(Loss.NOT_DRAWN);
      }
    }
  }

  @Test
  void withoutExplorationNothingIsLeftToChance() {
    for (int question = 0; question < 100; question++) {
      Decision decision = decide(exploring(0), offers(3), question);
      assertThat(decision.promotionId()).isEqualTo("p0");
      assertThat(decision.probability()).isEqualTo(1);
    }
  }

  @Test
  void thoseHeldOutOfEverythingGetNothingInExperimentsAndOutside() {
    var decider = new Decider(new Assumptions(0.5, 0.4, 0.1, 5, 1, 0.2), OpenLedger.INSTANCE);
    long nothing =
        IntStream.range(0, QUESTIONS)
            .mapToObj(
                i ->
                    decider.decide(
                        asks("r" + i, Trigger.CART_ADD, "k1." + i, 10_000),
                        null,
                        Map.of(),
                        offers(3),
                        Caps.NONE))
            .filter(decision -> decision.candidates().get(0).loss() == Loss.HOLDOUT)
            .peek(decision -> assertThat(decision.promotionId()).isNull())
            .count();
    double deviation = Math.sqrt(0.2 * 0.8 / QUESTIONS);
    assertThat(nothing / (double) QUESTIONS).isCloseTo(0.2, within(DEVIATIONS * deviation));
  }
}
