package io.promoflow.serving;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.variant;
import static io.promoflow.serving.LayerPlaces.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Experiment.Place;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.LayerPlaces.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LayerPlacesTest {
  private static final String PAGE = "page";
  private static final Instant BEFORE_NOON = NOON.minus(Duration.ofHours(1));

  private static Experiment inPage(String id, double share) {
    return inPage(id, share, null);
  }

  private static Experiment inPage(String id, double share, Instant until) {
    return new Experiment(
        id,
        id,
        Trigger.CART_ADD,
        List.of(control(0.5), variant("a", 0.5)),
        List.of(),
        List.of(),
        false,
        null,
        until,
        "profit",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING,
        PAGE,
        share,
        List.of());
  }

  private static List<Experiment> placed(List<Experiment> live, Experiment... next) {
    return LayerPlaces.placed(List.of(next), live, NOON);
  }

  private static Place place(double from, double until) {
    return new Place(from, until);
  }

  /** A running experiment, or one that is over, of every name or of some, in any order. */
  private static List<Experiment> drawn(Random random, int names) {
    var drawn = new ArrayList<Experiment>();
    double rest = 1;
    for (int i = 0; i < names; i++) {
      if (random.nextInt(4) > 0) {
        double share = random.nextInt(6) == 0 ? 0 : rest * random.nextDouble();
        Instant until = random.nextInt(4) == 0 ? BEFORE_NOON : null;
        drawn.add(inPage("x" + i, share, until));
        rest -= share;
      }
    }
    if (random.nextInt(3) == 0 && !drawn.isEmpty()) { // nobody is left
      Experiment last = drawn.remove(drawn.size() - 1);
      drawn.add(inPage(last.id(), last.share() + rest, last.until()));
    }
    Collections.shuffle(drawn, random);
    return drawn;
  }

  private static Map<String, Double> shares(List<Experiment> experiments) {
    Map<String, Double> shares =
        experiments.stream().collect(Collectors.toMap(Experiment::id, Experiment::share));
    double taken = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    shares.put(NOBODY, 1 - taken);
    return shares;
  }

  private static double sum(List<Move> moves, Predicate<Move> which) {
    return moves.stream().filter(which).mapToDouble(Move::share).sum();
  }

  private static double width(List<Bucket> line, String id) {
    return line.stream()
        .filter(bucket -> bucket.variant().equals(id))
        .mapToDouble(Bucket::width)
        .sum();
  }

  @Property(tries = 500)
  void changesMoveHalfTheSumOfTheDifferencesAndMixAsFewRunningOnesAsCanBe(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int names,
      @ForAll @IntRange(min = 1, max = 12) int changes) {
    var random = new Random(seed);
    List<Experiment> live = List.of();
    for (int change = 0; change < changes; change++) {
      List<Experiment> next = LayerPlaces.placed(drawn(random, names), live, NOON);
      Map<String, Double> before = shares(live);
      Map<String, Double> after = shares(next);
      Set<String> running =
          next.stream()
              .filter(one -> one.until() == null && before.containsKey(one.id()))
              .map(Experiment::id)
              .collect(Collectors.toSet());
      var all = new TreeSet<>(before.keySet());
      all.addAll(after.keySet());
      double half = 0;
      double given = 0;
      for (String id : all) {
        double more = after.getOrDefault(id, 0.0) - before.getOrDefault(id, 0.0);
        half += Math.abs(more) / 2;
        given += running.contains(id) && more < 0 ? -more : 0;
      }
      double mixed = Math.max(0, given - Math.max(0, after.get(NOBODY) - before.get(NOBODY)));
      List<Move> moves = LayerPlaces.moves(PAGE, live, next);
      assertThat(sum(moves, move -> true)).isCloseTo(half, within(1e-7));
      assertThat(sum(moves, move -> running.contains(move.from()) && !move.to().isEmpty()))
          .as("from a running experiment into another one")
          .isCloseTo(mixed, within(1e-7));
      assertSharesHold(next, after);
      live = next;
    }
  }

  /** Exactly, without a gap or a place that two have, and whoever looks up finds the same. */
  private static void assertSharesHold(List<Experiment> next, Map<String, Double> shares) {
    List<Bucket> line = LayerPlaces.line(next, PAGE);
    double edge = 0;
    for (Bucket bucket : line) {
      assertThat(bucket.from()).isEqualTo(edge);
      assertThat(bucket.width()).isPositive();
      edge = bucket.until();
    }
    assertThat(edge).isCloseTo(1, within(1e-9));
    shares.forEach((id, share) -> assertThat(width(line, id)).isCloseTo(share, within(1e-9)));
    for (int i = 0; i < 20; i++) {
      String shopper = "k1." + i;
      double position = Assignment.position("layer/" + PAGE, shopper);
      String owner =
          line.stream()
              .filter(bucket -> position >= bucket.from() && position < bucket.until())
              .map(Bucket::variant)
              .findFirst()
              .orElse(NOBODY);
      for (Experiment one : next) {
        assertThat(Assignment.isInLayer(one, next, shopper)).isEqualTo(one.id().equals(owner));
      }
    }
  }

  @Test
  void aLayerDoesNotFallToPiecesHoweverOftenItChanges() {
    var random = new Random(20_261_127);
    List<Experiment> live = List.of();
    int most = 0;
    for (int change = 0; change < 2_000; change++) {
      live = LayerPlaces.placed(drawn(random, 6), live, NOON);
      most = Math.max(most, LayerPlaces.line(live, PAGE).size());
    }
    assertThat(most).isLessThan(40);
  }

  @Test
  void whoGrowsTakesFromNobodyAndLeavesTheOtherAlone() {
    List<Experiment> live = placed(List.of(), inPage("a", 0.3), inPage("b", 0.3));
    assertThat(live).extracting(Experiment::places).as("side by side").containsOnlyNulls();
    List<Experiment> next = placed(live, inPage("a", 0.5), inPage("b", 0.3));
    assertThat(next.get(0).places()).containsExactly(place(0, 0.3), place(0.8, 1));
    assertThat(next.get(1).places()).containsExactly(place(0.3, 0.6));
    assertThat(LayerPlaces.moves(PAGE, live, next))
        .singleElement()
        .satisfies(
            move -> {
              assertThat(move.from()).isEqualTo(NOBODY);
              assertThat(move.to()).isEqualTo("a");
              assertThat(move.share()).isCloseTo(0.2, within(1e-9));
              assertThat(move.ofGiver()).isCloseTo(0.5, within(1e-9));
            });
    List<Experiment> back = placed(next, inPage("a", 0.3), inPage("b", 0.3));
    assertThat(back).as("where they were, nothing to record").isEqualTo(live);
  }

  @Test
  void removingAndReorderingMovesNoneOfThoseThatStay() {
    Experiment a = inPage("a", 0.2);
    Experiment b = inPage("b", 0.3);
    Experiment c = inPage("c", 0.5);
    List<Experiment> live = placed(List.of(), a, b, c);
    List<Experiment> reordered = placed(live, c, a, b);
    assertThat(LayerPlaces.moves(PAGE, live, reordered)).isEmpty();
    assertThat(reordered.get(0).places()).containsExactly(place(0.5, 1));
    List<Experiment> without = placed(reordered, c, b);
    assertThat(LayerPlaces.moves(PAGE, reordered, without))
        .extracting(Move::from, Move::to, Move::ofGiver)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("a", NOBODY, 1.0));
    List<Experiment> another = placed(without, inPage("d", 0.2), c, b);
    assertThat(another.get(0).places()).as("what a had").containsExactly(place(0, 0.2));
  }

  @Test
  void shoppersOfRunningOnesGoToNobodyAndThoseOfOneThatEndsToWhoGrows() {
    List<Experiment> live =
        placed(List.of(), inPage("a", 0.3), inPage("shrinks", 0.3), inPage("ends", 0.4));
    List<Experiment> next = placed(live, inPage("a", 0.6), inPage("shrinks", 0.1));
    assertThat(LayerPlaces.moves(PAGE, live, next))
        .extracting(Move::from, Move::to)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("shrinks", NOBODY),
            org.assertj.core.groups.Tuple.tuple("ends", "a"),
            org.assertj.core.groups.Tuple.tuple("ends", NOBODY));
    List<Experiment> over =
        placed(live, inPage("a", 0.4), inPage("shrinks", 0.2), inPage("ends", 0.3, BEFORE_NOON));
    assertThat(LayerPlaces.moves(PAGE, live, over))
        .as("declared, but over")
        .extracting(Move::from, Move::to)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("shrinks", NOBODY),
            org.assertj.core.groups.Tuple.tuple("ends", "a"));
  }

  @Test
  void aLayerThatIsFullGivesFromOneRunningToTheOtherJustWhatWasAsked() {
    List<Experiment> live = placed(List.of(), inPage("a", 0.3), inPage("b", 0.3), inPage("c", 0.4));
    List<Experiment> next = placed(live, inPage("a", 0.4), inPage("b", 0.3), inPage("c", 0.3));
    assertThat(LayerPlaces.moves(PAGE, live, next))
        .singleElement()
        .satisfies(
            move -> {
              assertThat(List.of(move.from(), move.to())).containsExactly("c", "a");
              assertThat(move.share()).isCloseTo(0.1, within(1e-9));
            });
    assertThat(next.get(1).places()).containsExactly(place(0.3, 0.6));
  }

  @Test
  void layersDoNotKnowOfEachOther() {
    List<Experiment> live = placed(List.of(), inPage("a", 0.3), inPage("b", 0.3));
    var elsewhere = Cast.experiment("e", Trigger.VISIT, control(0.5), variant("a", 0.5));
    List<Experiment> next = placed(live, elsewhere, inPage("a", 0.5), inPage("b", 0.3));
    assertThat(next.get(0)).isEqualTo(elsewhere);
    assertThat(LayerPlaces.layers(next)).containsExactly(PAGE);
    assertThat(LayerPlaces.moves("other", live, next)).isEmpty();
  }
}
