package io.promoflow.models.trainer;

/**
 * A row belongs to the cluster of the nearest core row within reach; of equally near, the first.
 */
final class DenseClusters implements Learned {
  private static final int NONE = -1;

  private final double reach;
  private final KdTree cores;
  private final int[] clusters;

  /** Of core rows and their clusters. */
  DenseClusters(double reach, KdTree cores, int[] clusters) {
    this.reach = reach;
    this.cores = cores;
    this.clusters = clusters;
  }

  @Override
  public double[] predict(Matrix rows) {
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = cluster(rows.row(i));
    }
    return answers;
  }

  private int cluster(double[] row) {
    var nearest = new Nearest(row);
    cores.within(reach, row, nearest::see);
    return nearest.core == NONE ? NONE : clusters[nearest.core];
  }

  private final class Nearest {
    private final double[] row;
    private int core = NONE;
    private double least = Double.POSITIVE_INFINITY;

    Nearest(double[] row) {
      this.row = row;
    }

    void see(int other) {
      double distance = cores.squaredDistance(row, other);
      if (distance < least || (distance == least && other < core)) {
        least = distance;
        core = other;
      }
    }
  }
}
