package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.util.List;
import java.util.Map;

/** CPU time of a whole decision over HTTP against answering always the same. */
public record NettyRow(String name, Bar bar) implements BenchRow {
  private static final String BODY = "bodyBytes";
  private static final String LOOPS = "loops";
  private static final List<Integer> TRIED = List.of(1, 2, 4);

  @Override
  public String unit() {
    return "CPU us/request";
  }

  @Override
  public String rivalName() {
    return "Netty hello world";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var topics = DecisionTopics.filled(call.folder());
    SideCall ready = call.with(topics.settings());
    double bytes = trial.run(Side.OURS, ready).more().get(BODY);
    SideCall sized = ready.with(Map.of(BODY, Long.toString(Math.round(bytes))));
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int loops : TRIED) {
      double cost = trial.run(Side.RIVAL, sized.with(loops(loops))).figure();
      if (cost < least) {
        least = cost;
        best = loops;
      }
    }
    return new Prepared(
        sized.with(loops(best)).settings(),
        "%d event loops (best of %s), TCP_NODELAY, bodies of %.0f bytes"
            .formatted(best, TRIED, bytes),
        topics);
  }

  private static Map<String, String> loops(int loops) {
    return Map.of(LOOPS, Integer.toString(loops));
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    try (RunningServer server =
        side == Side.OURS
            ? OurServer.start(call.settings())
            : NettyHello.start(
                Integer.parseInt(call.setting(LOOPS)), Integer.parseInt(call.setting(BODY)))) {
      return new Loading(server, call).cpu("every request was answered", false);
    }
  }
}
