package io.promoflow.models.bench;

import com.sun.management.OperatingSystemMXBean;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.trainer.CentroidModel;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.Trainers;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Retrains a segmentation and a propensity on one window, again and again for some seconds, and
 * prints how often per second and how well, as one line of JSON.
 *
 * <p>Arguments: file, width, rows of the window, rows of a slide, clusterer, classifier, seconds,
 * {@code cold} or {@code warm}, iterations and starts of the clusterer; warm fits start from what
 * the window one slide before gave.
 */
public final class RetrainMain {
  private static final double NANOS = 1e9;
  private static final double CLUSTERS = 8;
  private static final long SEED = 1;

  private final Trainer clusterer;
  private final Trainer classifier;
  private final Hyperparameters clustering;
  private final Sample plain;
  private final Sample labelled;
  private Optional<Parameters> centroids = Optional.empty();
  private Optional<Parameters> line = Optional.empty();
  private Learned segments;
  private Learned propensity;

  private RetrainMain(
      Trainer clusterer,
      Trainer classifier,
      Hyperparameters clustering,
      Problem problem,
      int rows,
      int from) {
    this.clusterer = clusterer;
    this.classifier = classifier;
    this.clustering = clustering;
    this.plain = problem.plain(from, rows);
    this.labelled = problem.labelled(from, rows);
  }

  public static void main(String[] args) throws Exception {
    Problem problem = Problem.read(Path.of(args[0]), Integer.parseInt(args[1]));
    int rows = Integer.parseInt(args[2]);
    int slide = Integer.parseInt(args[3]);
    double seconds = Double.parseDouble(args[6]);
    try (Trainer clusterer = Trainers.named(args[4]);
        Trainer classifier = Trainers.named(args[5])) {
      var clustering = clustering(clusterer, args[8], args[9]);
      var window = new RetrainMain(clusterer, classifier, clustering, problem, rows, slide);
      if (args[7].equals("warm")) {
        var before = new RetrainMain(clusterer, classifier, clustering, problem, rows, 0);
        before.retrain();
        window.centroids = before.segments.parameters();
        window.line = before.propensity.parameters();
      }
      System.out.println(Wire.text(window.measure(seconds)));
    }
    System.exit(0);
  }

  private void retrain() throws Exception {
    segments = clusterer.train(new Request(plain, clustering, SEED, centroids));
    propensity =
        classifier.train(new Request(labelled, Hyperparameters.defaults(classifier), SEED, line));
  }

  private static Hyperparameters clustering(Trainer clusterer, String iterations, String starts) {
    return Hyperparameters.of(
        clusterer,
        Map.of(
            "k",
            CLUSTERS,
            "iterations",
            Double.parseDouble(iterations),
            "starts",
            Double.parseDouble(starts)));
  }

  private Map<String, Object> measure(double seconds) throws Exception {
    repeat(seconds / 3);
    long cpu = cpuNanos();
    long began = System.nanoTime();
    long retrains = repeat(seconds);
    double took = (System.nanoTime() - began) / NANOS;
    return Map.of(
        "figure",
        retrains / took,
        "cpuSeconds",
        (cpuNanos() - cpu) / NANOS,
        "checksum",
        "",
        "more",
        Map.of("inertia", inertia(), "logLoss", logLoss(), "retrains", (double) retrains));
  }

  private long repeat(double seconds) throws Exception {
    long until = System.nanoTime() + (long) (seconds * NANOS);
    long retrains = 0;
    do {
      retrain();
      retrains++;
    } while (System.nanoTime() < until);
    return retrains;
  }

  private double inertia() {
    return ((CentroidModel) segments).inertia(plain.rows());
  }

  private double logLoss() {
    var happened = new boolean[labelled.size()];
    for (int i = 0; i < happened.length; i++) {
      happened[i] = labelled.labels()[i] == 1;
    }
    return ProbabilityQuality.logLoss(propensity.predict(labelled.rows()), happened);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
