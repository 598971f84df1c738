package io.promoflow.models;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.forest.TreeGuard;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Refuses a model that cannot be scored with, and says why. Flink ML divides by the count of an
 * empty cluster and lets a diverging regression through; nothing of that may reach a shopper.
 */
public final class ModelGuard {
  private ModelGuard() {}

  /** The first thing that is wrong with a model; empty when it is finite and well formed. */
  public static Optional<String> refusal(ModelVersion model) {
    return incomplete(model)
        .or(() -> input(model))
        .or(
            () ->
                switch (model.kind()) {
                  case KMEANS -> segments(model);
                  case LOGISTIC, LINEAR -> coefficients(model);
                  case FOREST -> TreeGuard.refusal(model.trees(), model.means().length);
                })
        .or(() -> Calibrated.refusal(model.calibration()))
        .or(() -> metrics(model));
  }

  private static Optional<String> incomplete(ModelVersion model) {
    if (model.name() == null || model.version() == null || model.kind() == null) {
      return Optional.of("it has no name, version or kind");
    }
    if (model.features() == null
        || model.oneHots() == null
        || model.imputed() == null
        || model.means() == null
        || model.scales() == null) {
      return Optional.of("its input pipeline is missing");
    }
    return model.examples() > 0 ? Optional.empty() : Optional.of("it was fitted on no examples");
  }

  private static Optional<String> input(ModelVersion model) {
    int elements =
        model.features().size()
            + model.oneHots().stream().mapToInt(oneHot -> oneHot.values().size()).sum();
    if (elements == 0) {
      return Optional.of("it has no features");
    }
    return length("imputed", model.imputed(), model.features().size())
        .or(() -> length("means", model.means(), elements))
        .or(() -> length("scales", model.scales(), elements))
        .or(() -> finite("imputed value", model.imputed()))
        .or(() -> finite("mean", model.means()))
        .or(() -> finite("scale", model.scales()))
        .or(() -> positive(model.scales()));
  }

  private static Optional<String> segments(ModelVersion model) {
    if (model.centroids() == null || model.centroids().length == 0) {
      return Optional.of("it has no centroids");
    }
    if (model.segments() == null || model.segments().size() != model.centroids().length) {
      return Optional.of("it has not one segment id per centroid");
    }
    if (new HashSet<>(model.segments()).size() != model.segments().size()) {
      return Optional.of("a segment id occurs twice");
    }
    return centroids(model.centroids(), model.means().length);
  }

  /** What is wrong with centroids of vectors of a length. */
  public static Optional<String> centroids(double[][] centroids, int elements) {
    for (int c = 0; c < centroids.length; c++) {
      String which = "centroid " + c;
      var wrong = length(which, centroids[c], elements).or(finiteOf(which, centroids[c]));
      if (wrong.isPresent()) {
        return wrong;
      }
      for (int other = 0; other < c; other++) {
        if (Arrays.equals(centroids[c], centroids[other])) {
          return Optional.of("centroids " + other + " and " + c + " are the same");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> coefficients(ModelVersion model) {
    if (model.coefficients() == null) {
      return Optional.of("it has no coefficients");
    }
    if (!Double.isFinite(model.intercept())) {
      return Optional.of("its intercept is " + model.intercept());
    }
    return length("coefficients", model.coefficients(), model.means().length)
        .or(() -> finite("coefficient", model.coefficients()))
        .or(
            () ->
                Arrays.stream(model.coefficients()).allMatch(c -> c == 0)
                    ? Optional.of("all its coefficients are 0")
                    : Optional.empty());
  }

  private static Optional<String> metrics(ModelVersion model) {
    if (model.metrics() == null) {
      return Optional.of("it has no metrics");
    }
    return model.metrics().entrySet().stream()
        .filter(metric -> metric.getValue() == null || !Double.isFinite(metric.getValue()))
        .map(metric -> "its metric " + metric.getKey() + " is " + metric.getValue())
        .sorted()
        .findFirst();
  }

  private static Optional<String> length(String what, double[] numbers, int wanted) {
    return numbers != null && numbers.length == wanted
        ? Optional.empty()
        : Optional.of(
            what
                + " has "
                + (numbers == null ? "no" : numbers.length)
                + " numbers instead of "
                + wanted);
  }

  private static java.util.function.Supplier<Optional<String>> finiteOf(
      String what, double[] numbers) {
    return () -> finite(what + ", element", numbers);
  }

  private static Optional<String> finite(String what, double[] numbers) {
    OptionalInt bad =
        IntStream.range(0, numbers.length).filter(i -> !Double.isFinite(numbers[i])).findFirst();
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(what + " " + bad.getAsInt() + " is " + numbers[bad.getAsInt()]);
  }

  private static Optional<String> positive(double[] scales) {
    OptionalInt bad = IntStream.range(0, scales.length).filter(i -> !(scales[i] > 0)).findFirst();
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of("scale " + bad.getAsInt() + " is " + scales[bad.getAsInt()]);
  }
}
