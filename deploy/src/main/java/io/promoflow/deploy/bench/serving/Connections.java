package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.BenchRow.Trial;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.util.List;
import java.util.Map;

/**
 * How many connections ask a side: as many as it does best with. An answer that waits for a log
 * takes milliseconds, so that few connections leave its server idle most of the time, and waking up
 * costs; a server that answers at once is busy with few, and more only fill its caches.
 */
final class Connections {
  static final List<Integer> TRIED = List.of(64, 256);
  private static final String KEY = "connections.";

  private Connections() {}

  /** The call with the number at which a request costs the side the least CPU time. */
  static SideCall best(Side side, SideCall call, Trial trial) throws Exception {
    SideCall best = call;
    double least = Double.POSITIVE_INFINITY;
    for (int connections : TRIED) {
      SideCall tried = with(side, connections, call);
      SideResult result = trial.run(side, tried);
      double cost = result.cpuSeconds() / result.more().get("requests");
      if (cost < least) {
        least = cost;
        best = tried;
      }
    }
    return best;
  }

  static SideCall with(Side side, int connections, SideCall call) {
    return call.with(Map.of(KEY + side, Integer.toString(connections)));
  }

  static int of(Side side, SideCall call) {
    return Integer.parseInt(call.setting(KEY + side));
  }

  /** What was chosen, as it is printed. */
  static String told(SideCall call) {
    return "asked by %d connections, ours by %d (best of %s each)"
        .formatted(of(Side.RIVAL, call), of(Side.OURS, call), TRIED);
  }
}
