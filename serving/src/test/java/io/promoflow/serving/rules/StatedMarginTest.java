package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the file says of margins is in the rules, for quotes, whoever makes the next version. */
class StatedMarginTest {
  private static final String WITH =
      "margin: {share: 0.4, floor: 0.05, categories: [{category: tea, share: 0.2}]}\n"
          + RuleFileTest.GOOD.replaceFirst("    kind:", "    marginFloor: -0.5\n    kind:");
  private static final Map<String, Double> EVEN = Map.of("control", 0.5, "ten-off", 0.5);
  private static final Map<String, Double> MOVED = Map.of("control", 0.2, "ten-off", 0.8);
  private static Postgres postgres;

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
    book = new RuleBook(postgres.store(), new Told(), Clock.fixed(Cast.NOON, ZoneOffset.UTC));
  }

  private RuleSet apply(String text) {
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "").after();
  }

  @Test
  void theRulesSayWhatTheFileSays() {
    Margin margin = apply(WITH).margin();
    assertThat(margin.share()).isEqualTo(0.4);
    assertThat(margin.floor()).isEqualTo(0.05);
    assertThat(margin.categories()).isEqualTo(Map.of("tea", 0.2));
    assertThat(margin.floors()).hasSize(1).containsValue(-0.5);
    assertThat(apply(RuleFileTest.GOOD).margin()).isNull();
  }

  @Test
  void anotherMarginIsAChange() {
    RuleSet first = apply(WITH);
    RuleSet second = apply(WITH.replace("floor: 0.05", "floor: 0.06"));
    assertThat(second.version()).isEqualTo(2);
    assertThat(RulePlan.between(first, second))
        .singleElement()
        .asString()
        .startsWith("~ margin Margin[share=0.4, floor=0.05")
        .contains("-> Margin[share=0.4, floor=0.06");
  }

  @Test
  void itStaysWhateverIsAdjustedRevertedOrGoneBackTo() {
    Margin margin = apply(WITH).margin();
    StrategyAdjustment done = book.adjust(RuleBookTest.shift("a1", null, EVEN, MOVED));
    assertThat(done.status()).isEqualTo(StrategyAdjustment.Status.APPLIED);
    assertThat(book.current().orElseThrow().margin()).isEqualTo(margin);
    book.revert("a1", "ada", "");
    assertThat(book.current().orElseThrow().margin()).isEqualTo(margin);
    apply(RuleFileTest.GOOD);
    book.backTo(1, Vocabulary.shipped(), "ada", "");
    assertThat(book.current().orElseThrow().margin()).isEqualTo(margin);
  }
}
