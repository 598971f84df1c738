package io.promoflow.models.flink;

/**
 * The one warm cluster of this process: started for its first user, ended with its last. A cluster
 * per trainer would take seconds to start and a few hundred megabytes each.
 */
final class SharedCluster implements AutoCloseable {
  private static WarmCluster cluster;
  private static int users;

  private boolean left;

  private SharedCluster() {}

  /** Starts the cluster unless it is up. Close to leave it. */
  static SharedCluster enter() {
    synchronized (SharedCluster.class) {
      if (cluster == null) {
        try {
          cluster = WarmCluster.start();
        } catch (Exception e) {
          throw new IllegalStateException("Flink's cluster for training does not start", e);
        }
      }
      users++;
      return new SharedCluster();
    }
  }

  WarmCluster cluster() {
    synchronized (SharedCluster.class) {
      return cluster;
    }
  }

  @Override
  public void close() throws Exception {
    synchronized (SharedCluster.class) {
      if (left) {
        return;
      }
      left = true;
      users--;
      if (users == 0) {
        WarmCluster last = cluster;
        cluster = null;
        last.close();
      }
    }
  }
}
