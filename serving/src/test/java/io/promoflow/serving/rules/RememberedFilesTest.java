package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that changes nothing in force is the file before the next one all the same. */
class RememberedFilesTest {
  private static final Map<String, Double> EVEN = Map.of("control", 0.5, "ten-off", 0.5);
  private static final Map<String, Double> LEARNED = Map.of("control", 0.3, "ten-off", 0.7);
  private static final Map<String, Double> LEARNED_MORE = Map.of("control", 0.2, "ten-off", 0.8);
  private static final String PAUSED = RuleFileTest.GOOD + "    paused: true\n";
  private static final String WRITTEN_DOWN =
      RuleFileTest.GOOD
          .replace("control: true, weight: 0.5", "control: true, weight: 0.3")
          .replace("{id: ten-off, weight: 0.5", "{id: ten-off, weight: 0.7");
  private static Postgres postgres;

  private final Told told = new Told();
  private RuleBook book;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    postgres.empty();
    book = new RuleBook(postgres.store(), told, Clock.fixed(Cast.NOON, ZoneOffset.UTC));
  }

  private RuleSet apply(String text) {
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "because").after();
  }

  private Experiment live() {
    return book.current().orElseThrow().experiments().get(0);
  }

  private Map<String, Double> weights() {
    return Adjusting.weights(live(), null);
  }

  private void pauseByAGuardrail() {
    book.adjust(RuleBookTest.adjustment("p1", "cart-discount", null, Change.PAUSE, EVEN, EVEN));
  }

  @Test
  void aPauseThatAPersonWroteDownEndsWhenHeTakesItOut() {
    apply(RuleFileTest.GOOD);
    pauseByAGuardrail();
    RuleSet paused = apply(PAUSED);
    assertThat(live().status()).isEqualTo(Experiment.Status.PAUSED);
    assertThat(paused.version()).as("it is remembered").isEqualTo(3);
    apply(RuleFileTest.GOOD);
    assertThat(live().status()).isEqualTo(Experiment.Status.RUNNING);
  }

  @Test
  void aPauseOfAGuardrailStaysUnderAFileThatSaysNothingOfIt() {
    apply(RuleFileTest.GOOD);
    pauseByAGuardrail();
    apply(RuleFileTest.GOOD + "# a remark\n");
    apply(RuleFileTest.GOOD);
    assertThat(live().status()).isEqualTo(Experiment.Status.PAUSED);
  }

  @Test
  void weightsThatAPersonWroteDownGoOnLearning() {
    apply(RuleFileTest.GOOD);
    book.adjust(RuleBookTest.shift("a1", null, EVEN, LEARNED));
    apply(WRITTEN_DOWN);
    assertThat(weights()).isEqualTo(LEARNED);
    book.adjust(RuleBookTest.shift("a2", null, LEARNED, LEARNED_MORE));
    apply(WRITTEN_DOWN);
    assertThat(weights()).as("the file in force again").isEqualTo(LEARNED_MORE);
    apply(WRITTEN_DOWN.replace("percent: 10", "percent: 15"));
    assertThat(weights()).as("what he did not change").isEqualTo(LEARNED_MORE);
    apply(RuleFileTest.GOOD);
    assertThat(weights()).as("what he changed").isEqualTo(EVEN);
  }

  @Test
  void theFileThatIsShownIsTheNewestOne() {
    apply(RuleFileTest.GOOD);
    String text = "margin: {share: 0.4, floor: 0.2}\n" + RuleFileTest.GOOD;
    RuleSet second = apply(text);
    assertThat(second.version()).isEqualTo(2);
    assertThat(book.versions().file(2)).contains(text);
    assertThat(told.rules).extracting(RuleSet::version).containsExactly(1L, 2L);
    assertThat(apply(text)).as("once").isEqualTo(second);
  }

  @Test
  void goingBackBringsTheFileWhenNothingElseDiffers() {
    apply(RuleFileTest.GOOD);
    pauseByAGuardrail();
    apply(PAUSED);
    RuleSet back = book.backTo(2, Vocabulary.shipped(), "eve", "").after();
    assertThat(back.version()).isEqualTo(4);
    assertThat(book.versions().file(4)).contains(RuleFileTest.GOOD);
    assertThat(book.backTo(2, Vocabulary.shipped(), "eve", "").isNew()).as("once").isFalse();
    apply(RuleFileTest.GOOD.replace("percent: 10", "percent: 15"));
    assertThat(live().status()).isEqualTo(Experiment.Status.PAUSED);
  }
}
