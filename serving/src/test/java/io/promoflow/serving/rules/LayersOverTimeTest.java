package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Place;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The places of a layer through versions of a real rule book. */
class LayersOverTimeTest {
  private static final int SHOPPERS = 2_000;
  private static final Vocabulary SHIPPED = Vocabulary.shipped();
  private static final String PROMOTIONS =
      """
      promotions:
        - {id: ship, kind: free-shipping, terms: {amountCents: 100}}
      experiments:
      """;
  private static final String A = experiment("a", 0.3);
  private static final String B = experiment("b", 0.3);
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
    book = new RuleBook(postgres.store(), new Nobody(), Clock.fixed(Cast.NOON, ZoneOffset.UTC));
  }

  private static String experiment(String id, double share) {
    return """
        - id: %s
          trigger: VISIT
          primaryMetric: profit
          layer: page
          share: %s
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ship, weight: 0.5, promotions: [ship]}
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
      """
        .formatted(id, share);
  }

  private RuleSet apply(String... experiments) {
    String text = PROMOTIONS + String.join("", experiments);
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "").after();
  }

  private static List<String> whoHasThem(RuleSet rules) {
    return IntStream.range(0, SHOPPERS)
        .mapToObj(
            i ->
                rules.experiments().stream()
                    .filter(one -> Assignment.isInLayer(one, rules.experiments(), "k1." + i))
                    .map(Experiment::id)
                    .findFirst()
                    .orElse("nobody"))
        .toList();
  }

  private static List<String> moved(RuleSet before, RuleSet after) {
    List<String> had = whoHasThem(before);
    List<String> have = whoHasThem(after);
    return IntStream.range(0, SHOPPERS)
        .filter(i -> !had.get(i).equals(have.get(i)))
        .mapToObj(i -> had.get(i) + " to " + have.get(i))
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void whatIsStoredWithoutPlacesIsWhereAChangeStarts() {
    RuleSet first = apply(A, B);
    assertThat(Wire.text(first)).as("as versions were stored before").doesNotContain("places");
    RuleSet grown = apply(experiment("a", 0.5), B);
    assertThat(moved(first, grown)).containsExactly("nobody to a");
    assertThat(book.current()).as("as it was stored").contains(grown);
    assertThat(apply(experiment("a", 0.5), B)).as("the same file again").isEqualTo(grown);
  }

  @Test
  void aVersionIsReadAsItWasWritten() throws Exception {
    apply(A, B);
    RuleSet grown = apply(experiment("a", 0.5), B);
    assertThat(grown.experiments().get(0).places())
        .containsExactly(new Place(0, 0.3), new Place(0.8, 1));
    byte[] told = Wire.text(grown).getBytes(StandardCharsets.UTF_8);
    assertThat(Wire.read(told, RuleSet.class)).isEqualTo(grown);
  }

  @Test
  void removingAddingAndReorderingMovesOnlyWhoMust() {
    String c = experiment("c", 0.2);
    RuleSet first = apply(A, B, c);
    RuleSet reordered = apply(c, B, A);
    assertThat(reordered.version()).isEqualTo(2);
    assertThat(moved(first, reordered)).isEmpty();
    RuleSet without = apply(c, B);
    assertThat(moved(reordered, without)).containsExactly("a to nobody");
    RuleSet another = apply(experiment("d", 0.5), c, B);
    assertThat(moved(without, another)).containsExactly("nobody to d");
    RuleSet shrunk = apply(experiment("d", 0.5), experiment("e", 0.2), B);
    assertThat(moved(another, shrunk)).containsExactly("c to e");
  }

  @Test
  void goingBackTakesThePlacesOfThatVersion() {
    RuleSet first = apply(A, B);
    RuleSet grown = apply(experiment("a", 0.5), B);
    RuleSet swapped = apply(B, experiment("c", 0.5));
    assertThat(moved(grown, swapped)).isNotEmpty();
    RuleSet back = book.backTo(grown.version(), SHIPPED, "eve", "").after();
    assertThat(moved(grown, back)).isEmpty();
    assertThat(back.experiments()).isEqualTo(grown.experiments());
    RuleSet farther = book.backTo(first.version(), SHIPPED, "eve", "").after();
    assertThat(moved(first, farther)).isEmpty();
    assertThat(farther.experiments()).isEqualTo(first.experiments());
  }

  @Test
  void adjustmentsMoveNobodyInTheLayer() {
    apply(A, B);
    RuleSet grown = apply(experiment("a", 0.5), B);
    var even = Map.of("control", 0.5, "ship", 0.5);
    book.adjust(adjustment("s1", Change.SHIFT_WEIGHTS, Map.of("control", 0.4, "ship", 0.6)));
    book.adjust(adjustment("p1", Change.PAUSE, even));
    RuleSet live = book.current().orElseThrow();
    assertThat(live.version()).isEqualTo(4);
    assertThat(moved(grown, live)).isEmpty();
    book.revert("s1", "eve", "");
    assertThat(moved(grown, book.current().orElseThrow())).isEmpty();
    assertThat(moved(grown, apply(experiment("a", 0.6), B))).containsExactly("nobody to a");
  }

  private static StrategyAdjustment adjustment(String id, Change change, Map<String, Double> to) {
    return new StrategyAdjustment(
        id,
        "a",
        null,
        change,
        Map.of("control", 0.5, "ship", 0.5),
        to,
        new Evidence("profit", "ship", 500, 500, 0.8, 0.1, 1.5, 0.01),
        "shift",
        Status.PROPOSED,
        Cast.NOON,
        "policy",
        Cast.NOON,
        null,
        null,
        null);
  }

  /** Nobody listens. */
  private static final class Nobody implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {}

    @Override
    public void publish(StrategyAdjustment adjustment) {}

    @Override
    public void close() {}
  }
}
