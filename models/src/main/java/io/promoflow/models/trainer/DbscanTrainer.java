package io.promoflow.models.trainer;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Clusters of any shape where rows lie dense: Ester, Kriegel, Sander and Xu, "A Density-Based
 * Algorithm for Discovering Clusters" (1996). A row is a core if the rows within reach, itself
 * included, weigh enough; cores within each other's reach are one cluster.
 */
public final class DbscanTrainer implements Trainer {
  private static final int NONE = -1;

  @Override
  public String name() {
    return "dbscan";
  }

  @Override
  public Task task() {
    return Task.CLUSTERING;
  }

  @Override
  public String meaning() {
    return "clusters where rows lie dense, and none for rows that lie alone";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.number("eps", 0.5, 1e-9, 1e9, "reach of a row, Euclidean, in units of the columns"),
        Knob.number("minimum-points", 5, 0, 1e9, "weight of rows within reach that makes a core"));
  }

  @Override
  public DenseClusters train(Request request) throws TrainingException, InterruptedException {
    Sample sample = request.sample();
    ColumnMoments.of(sample);
    double reach = request.settings().number("eps");
    double enough = request.settings().number("minimum-points");
    int[] cores = cores(sample, reach, enough);
    if (cores.length == 0) {
      throw new TrainingException("no row has a weight of " + enough + " within " + reach);
    }
    Matrix rows = sample.rows().select(cores);
    var tree = new KdTree(rows);
    return new DenseClusters(reach, tree, connected(rows, tree, reach));
  }

  private static int[] cores(Sample sample, double reach, double enough) {
    var tree = new KdTree(sample.rows());
    return IntStream.range(0, sample.size())
        .parallel()
        .filter(i -> weightWithin(reach, sample, i, tree) >= enough)
        .toArray();
  }

  private static double weightWithin(double reach, Sample sample, int row, KdTree tree) {
    var weight = new double[1];
    tree.within(reach, sample.rows().row(row), near -> weight[0] += sample.weights()[near]);
    return weight[0];
  }

  /** The cluster of every row, numbered by their first rows. */
  private static int[] connected(Matrix rows, KdTree tree, double reach)
      throws InterruptedException {
    var clusters = new int[rows.rows()];
    Arrays.fill(clusters, NONE);
    int next = 0;
    for (int first = 0; first < clusters.length; first++) {
      if (clusters[first] == NONE) {
        spread(first, next++, clusters, rows, tree, reach);
      }
    }
    return clusters;
  }

  private static void spread(
      int first, int cluster, int[] clusters, Matrix rows, KdTree tree, double reach)
      throws InterruptedException {
    var reached = new ArrayDeque<Integer>();
    clusters[first] = cluster;
    reached.add(first);
    while (!reached.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("a clustering was interrupted");
      }
      tree.within(
          reach,
          rows.row(reached.remove()),
          near -> {
            if (clusters[near] == NONE) {
              clusters[near] = cluster;
              reached.add(near);
            }
          });
    }
  }
}
