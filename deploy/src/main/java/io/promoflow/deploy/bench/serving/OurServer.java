package io.promoflow.deploy.bench.serving;

import io.promoflow.serving.http.DecisionServer;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Our decision server, as it is deployed: on its topics and its store. */
record OurServer(DecisionServer server) implements RunningServer {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int PAUSE_MILLIS = 50;

  /**
   * Starts with no decision on its topic: a server reads those of the last hour before all else.
   */
  static OurServer start(Map<String, String> settings)
      throws InterruptedException, ExecutionException {
    DecisionTopics.forgetDecisions(settings);
    var server = DecisionServer.start(DecisionTopics.serverSettings(settings), Clock.systemUTC());
    long began = System.nanoTime();
    while (!server.isReady()) {
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        server.close();
        throw new IllegalStateException("the decision server is not ready within a minute");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return new OurServer(server);
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
