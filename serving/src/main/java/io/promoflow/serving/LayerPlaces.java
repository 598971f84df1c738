package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Experiment.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Where the experiments of a layer lie on the line from 0 to 1 that the layer's hash falls on. What
 * no experiment has is nobody's.
 */
public final class LayerPlaces {
  /** Whose the rest of a layer is; no experiment has this id. */
  static final String NOBODY = "";

  /** Shares of shoppers that differ by less are the same. */
  private static final double TOLERANCE = 1e-9;

  private LayerPlaces() {}

  /**
   * Shoppers of a layer who change hands.
   *
   * @param from the experiment that had them; empty for nobody
   * @param to the experiment that gets them; empty for nobody
   * @param share of all shoppers, 0 to 1
   * @param ofGiver the same as a share of those that the giver had
   */
  public record Move(String from, String to, double share, double ofGiver) {}

  /** The layers that experiments are in, in declared order. */
  public static List<String> layers(List<Experiment> experiments) {
    return experiments.stream().map(Experiment::layer).filter(Objects::nonNull).distinct().toList();
  }

  /** A layer from 0 on without gaps, nobody's stretches among those of its experiments. */
  static List<Bucket> line(List<Experiment> experiments, String layer) {
    var taken = new ArrayList<Bucket>();
    double edge = 0;
    for (Experiment one : in(layer, experiments)) {
      if (one.places() == null) {
        taken.add(new Bucket(one.id(), edge, edge + share(one)));
      } else {
        one.places().forEach(place -> taken.add(new Bucket(one.id(), place.from(), place.until())));
      }
      edge += share(one);
    }
    taken.removeIf(bucket -> bucket.width() <= 0);
    taken.sort(Comparator.comparingDouble(Bucket::from));
    return withNobody(taken);
  }

  private static List<Bucket> withNobody(List<Bucket> taken) {
    var line = new ArrayList<Bucket>();
    double edge = 0;
    for (Bucket bucket : taken) {
      if (bucket.from() > edge) {
        line.add(new Bucket(NOBODY, edge, bucket.from()));
      }
      line.add(bucket);
      edge = bucket.until();
    }
    if (edge < 1) {
      line.add(new Bucket(NOBODY, edge, 1));
    }
    return line;
  }

  private static List<Experiment> in(String layer, List<Experiment> experiments) {
    return experiments.stream().filter(one -> layer.equals(one.layer())).toList();
  }

  private static double share(Experiment experiment) {
    return experiment.share() == null ? 1 : experiment.share();
  }

  /**
   * The experiments of the next rules at the places in their layers that move the fewest shoppers.
   * Where side by side in declared order moves as few, nothing is recorded.
   *
   * @param next experiments as declared
   * @param live experiments in force, where they lie
   * @param now which experiments run
   */
  public static List<Experiment> placed(List<Experiment> next, List<Experiment> live, Instant now) {
    var recorded = new LinkedHashMap<String, Map<String, List<Place>>>();
    for (String layer : layers(next)) {
      Set<String> running = running(in(layer, next), in(layer, live), now);
      List<Bucket> before = line(live, layer);
      List<Bucket> plain = line(next, layer);
      List<Bucket> after = moved(before, shares(in(layer, next)), running);
      if (!isAsGood(moves(before, plain), moves(before, after), running)) {
        recorded.put(layer, places(after));
      }
    }
    return next.stream()
        .map(
            one ->
                recorded.containsKey(one.layer())
                    ? one.withPlaces(recorded.get(one.layer()).getOrDefault(one.id(), List.of()))
                    : one.withPlaces(null))
        .toList();
  }

  /** Those that stay and have shoppers who know their variant. */
  private static Set<String> running(List<Experiment> next, List<Experiment> live, Instant now) {
    Set<String> before = live.stream().map(Experiment::id).collect(Collectors.toSet());
    return next.stream()
        .filter(one -> before.contains(one.id()) && Decider.holds(one.from(), one.until(), now))
        .map(Experiment::id)
        .collect(Collectors.toSet());
  }

  private static Map<String, Double> shares(List<Experiment> experiments) {
    var shares = new LinkedHashMap<String, Double>();
    experiments.forEach(one -> shares.put(one.id(), share(one)));
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    shares.put(NOBODY, Math.max(0, 1 - sum));
    return shares;
  }

  /**
   * Half the sum of the shares' absolute changes moves, as with {@link Buckets}. Of the ways to do
   * it the one that brings the fewest shoppers of a running experiment into another one: those go
   * to nobody first, and whoever else gives anything up gives it to those who grow.
   */
  static List<Bucket> moved(List<Bucket> before, Map<String, Double> shares, Set<String> running) {
    var line = new BucketLine(before, shares);
    line.settle((giver, taker) -> running.contains(giver) && taker.equals(NOBODY));
    line.settle((giver, taker) -> !running.contains(giver));
    line.settle();
    return line.buckets();
  }

  private static Map<String, List<Place>> places(List<Bucket> line) {
    return line.stream()
        .collect(
            Collectors.groupingBy(
                Bucket::variant,
                Collectors.mapping(
                    bucket -> new Place(bucket.from(), bucket.until()), Collectors.toList())));
  }

  private static boolean isAsGood(List<Move> one, List<Move> least, Set<String> running) {
    ToDoubleFunction<List<Move>> all = moves -> moves.stream().mapToDouble(Move::share).sum();
    ToDoubleFunction<List<Move>> mixed =
        moves ->
            moves.stream()
                .filter(move -> running.contains(move.from()) && !move.to().equals(NOBODY))
                .mapToDouble(Move::share)
                .sum();
    return all.applyAsDouble(one) <= all.applyAsDouble(least) + TOLERANCE
        && mixed.applyAsDouble(one) <= mixed.applyAsDouble(least) + TOLERANCE;
  }

  /** Who changes hands in a layer when other experiments, or other places, come into force. */
  public static List<Move> moves(String layer, List<Experiment> live, List<Experiment> next) {
    return moves(line(live, layer), line(next, layer));
  }

  static List<Move> moves(List<Bucket> before, List<Bucket> after) {
    var shares = new LinkedHashMap<List<String>, Double>();
    int i = 0;
    int j = 0;
    double edge = 0;
    while (i < before.size() && j < after.size()) {
      Bucket giver = before.get(i);
      Bucket taker = after.get(j);
      double until = Math.min(giver.until(), taker.until());
      if (!giver.variant().equals(taker.variant())) {
        shares.merge(List.of(giver.variant(), taker.variant()), until - edge, Double::sum);
      }
      i += giver.until() <= until ? 1 : 0;
      j += taker.until() <= until ? 1 : 0;
      edge = until;
    }
    var moves = new ArrayList<Move>();
    shares.forEach(
        (hands, share) -> {
          if (share > TOLERANCE) {
            moves.add(new Move(hands.get(0), hands.get(1), share, share / width(before, hands)));
          }
        });
    return moves;
  }

  private static double width(List<Bucket> line, List<String> hands) {
    return line.stream()
        .filter(bucket -> bucket.variant().equals(hands.get(0)))
        .mapToDouble(Bucket::width)
        .sum();
  }
}
