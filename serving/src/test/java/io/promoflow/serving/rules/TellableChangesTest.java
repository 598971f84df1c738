package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no broker would take is refused before it is in force, whoever asks for it. */
class TellableChangesTest {
  private static final Map<String, Double> EVEN = Map.of("control", 0.5, "ten-off", 0.5);
  private static final Map<String, Double> MOVED = Map.of("control", 0.3, "ten-off", 0.7);
  private static final Map<String, Double> MOVED_MORE = Map.of("control", 0.2, "ten-off", 0.8);
  private static final String LARGE_SEGMENT = "s".repeat(600_000);
  private static final String LARGE_FILE =
      RuleFileTest.GOOD
          .replace("products: []", "products: [" + "p".repeat(600_000) + "]")
          .replace("control: true, weight: 0.5", "control: true, weight: 0.4")
          .replace("{id: ten-off, weight: 0.5", "{id: ten-off, weight: 0.6");
  private static final String TOO_LARGE =
      "the rules with their products must take 1000000 bytes at most, would take 1";
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
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "because").after();
  }

  @Test
  void anAdjustmentIsRefusedWithTheSize() {
    RuleSet live = apply(LARGE_FILE);
    StrategyAdjustment answer =
        book.adjust(
            RuleBookTest.shift("a1", LARGE_SEGMENT, Map.of("control", 0.4, "ten-off", 0.6), MOVED));
    assertThat(answer.status()).isEqualTo(Status.REFUSED);
    assertThat(answer.reason()).startsWith(TOO_LARGE);
    assertThat(book.current()).contains(live);
  }

  @Test
  void aRevertIsRefusedWithTheSize() {
    apply(RuleFileTest.GOOD);
    book.adjust(RuleBookTest.shift("a1", LARGE_SEGMENT, EVEN, MOVED));
    book.adjust(RuleBookTest.shift("a2", LARGE_SEGMENT, MOVED, MOVED_MORE));
    RuleSet live = apply(LARGE_FILE); // with weights of its own, for all segments
    assertThatThrownBy(() -> book.revert("a2", "ada", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(TOO_LARGE);
    assertThat(book.current()).contains(live);
    assertThat(book.adjustments())
        .extracting(StrategyAdjustment::status)
        .containsExactly(Status.APPLIED, Status.APPLIED);
  }

  @Test
  void goingBackIsRefusedWithTheSize() throws Exception {
    String older =
        RuleFileTest.GOOD.replace("products: []", "products: [" + "p".repeat(1_000_000) + "]");
    RuleFile file = RuleFile.parse("rules.yaml", older);
    try (var connection = postgres.store().getConnection()) {
      RuleStore.insert( // from before sizes were looked at
          connection, new RuleVersion(file.asVersion(1, "ada", "", Cast.NOON), null, older));
    }
    RuleSet live = apply(RuleFileTest.GOOD);
    assertThatThrownBy(() -> book.planBack(1, Vocabulary.shipped(), "eve", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(TOO_LARGE);
    assertThatThrownBy(() -> book.backTo(1, Vocabulary.shipped(), "eve", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(TOO_LARGE);
    assertThat(book.current()).contains(live);
  }

  @Test
  void rulesAsLargeAsAFileMayMakeThemCanStillBePaused() {
    apply(LARGE_FILE.replace("p".repeat(600_000), "p".repeat(896_000)));
    StrategyAdjustment pause =
        RuleBookTest.adjustment(
            "p1", "cart-discount", null, StrategyAdjustment.Change.PAUSE, EVEN, EVEN);
    assertThat(book.adjust(pause).status()).isEqualTo(Status.APPLIED);
    assertThat(
            book.adjust(
                    RuleBookTest.shift("a1", "s1", Map.of("control", 0.4, "ten-off", 0.6), MOVED))
                .status())
        .isEqualTo(Status.APPLIED);
  }
}
