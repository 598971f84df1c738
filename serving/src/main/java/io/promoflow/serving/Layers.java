package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import java.util.Arrays;
import java.util.List;

/**
 * Whose the places in the layers of one version of the rules are, laid out for looking up.
 * Experiments go by their number in declared order. Never changes, so that many threads share it.
 */
final class Layers {
  /** No layer, or nobody. */
  static final int NONE = -1;

  private static final String SALT = "layer/";

  private final int[] layerOf;
  private final Line[] lines;

  Layers(List<Experiment> experiments) {
    List<String> names = LayerPlaces.layers(experiments);
    List<String> ids = experiments.stream().map(Experiment::id).toList();
    layerOf =
        experiments.stream()
            .mapToInt(one -> one.layer() == null ? NONE : names.indexOf(one.layer()))
            .toArray();
    lines =
        names.stream()
            .map(name -> new Line(SALT + name, LayerPlaces.line(experiments, name), ids))
            .toArray(Line[]::new);
  }

  /** The number of the layer that an experiment is in. */
  int layerOf(int experiment) {
    return layerOf[experiment];
  }

  /** The number of the experiment that has the shopper. */
  int owner(int layer, String shopperId) {
    Line line = lines[layer];
    return line.owner(Assignment.position(line.salt, shopperId));
  }

  /** One layer: where each of its stretches ends, and whose it is. */
  private static final class Line {
    private final String salt;
    private final double[] until;
    private final int[] owners;

    Line(String salt, List<Bucket> stretches, List<String> ids) {
      this.salt = salt;
      until = stretches.stream().mapToDouble(Bucket::until).toArray();
      owners = stretches.stream().mapToInt(one -> ids.indexOf(one.variant())).toArray();
    }

    int owner(double position) {
      int found = Arrays.binarySearch(until, position);
      int stretch = found < 0 ? -found - 1 : found + 1; // the end belongs to the next one
      return stretch < owners.length ? owners[stretch] : NONE;
    }
  }
}
