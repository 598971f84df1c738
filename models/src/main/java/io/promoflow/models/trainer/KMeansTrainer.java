package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.ModelKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** K-means: the best of several greedy k-means++ starts, or on from the centroids of a model. */
public final class KMeansTrainer implements Trainer {

  @Override
  public String name() {
    return "kmeans";
  }

  @Override
  public Task task() {
    return Task.CLUSTERING;
  }

  @Override
  public String meaning() {
    return "clusters around centroids, by Hamerly's exact k-means";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.whole("k", 3, 1, 10_000, "clusters"),
        Knob.whole("iterations", 100, 1, 100_000, "moves of the centroids at most, per start"),
        Knob.whole("starts", 5, 1, 1000, "starts, of which the best is kept; a warm fit has one"),
        Knob.number(
            "tolerance",
            0,
            0,
            1,
            "sum of squared moves to stop at, as a share of a column's mean variance"));
  }

  @Override
  public CentroidModel train(Request request) throws TrainingException, InterruptedException {
    Sample sample = request.sample();
    int k = request.settings().whole("k");
    var moments = ColumnMoments.of(sample);
    if (sample.size() < k) {
      throw new TrainingException(sample.size() + " rows cannot make " + k + " clusters");
    }
    double tolerance = request.settings().number("tolerance") * moments.meanVariance();
    Optional<double[]> warm = warm(request, k);
    var best =
        warm.isPresent()
            ? run(request, warm.get(), tolerance)
            : bestOfStarts(request, k, tolerance);
    return model(best.centroids(), sample.rows().width());
  }

  /** The centroids of a model of as many clusters and columns. */
  private static Optional<double[]> warm(Request request, int k) {
    int width = request.sample().rows().width();
    return request
        .from()
        .filter(from -> from.kind() == ModelKind.KMEANS && from.centroids().length == k)
        .map(from -> Arrays.stream(from.centroids()).flatMapToDouble(Arrays::stream).toArray())
        .filter(centroids -> centroids.length == k * width)
        .filter(centroids -> Arrays.stream(centroids).allMatch(Double::isFinite));
  }

  private static Hamerly bestOfStarts(Request request, int k, double tolerance)
      throws TrainingException, InterruptedException {
    var random = new SplittableRandom(request.seed());
    int starts = request.settings().whole("starts");
    Hamerly best = run(request, GreedyStart.of(request.sample(), k, random.split()), tolerance);
    double least = starts > 1 ? best.inertia() : 0;
    for (int start = 1; start < starts; start++) {
      Hamerly next = run(request, GreedyStart.of(request.sample(), k, random.split()), tolerance);
      double inertia = next.inertia();
      if (inertia < least) {
        best = next;
        least = inertia;
      }
    }
    return best;
  }

  private static Hamerly run(Request request, double[] start, double tolerance)
      throws TrainingException, InterruptedException {
    var fit = new Hamerly(request.sample(), start);
    fit.run(request.settings().whole("iterations"), tolerance);
    return fit;
  }

  private static CentroidModel model(double[] centroids, int width) throws TrainingException {
    if (!Arrays.stream(centroids).allMatch(Double::isFinite)) {
      throw new TrainingException("the rows are too far apart for finite centroids");
    }
    var rows = new double[centroids.length / width][];
    Arrays.setAll(rows, c -> Arrays.copyOfRange(centroids, c * width, (c + 1) * width));
    return new CentroidModel(rows);
  }
}
