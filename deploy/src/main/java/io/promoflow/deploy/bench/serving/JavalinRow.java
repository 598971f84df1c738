package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;

/** A whole decision over HTTP against the same as a handler of Javalin. */
public record JavalinRow(String name, Bar bar) implements BenchRow {
  @Override
  public String unit() {
    return "requests/CPU s";
  }

  @Override
  public String rivalName() {
    return "the same decision on Javalin";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var topics = DecisionTopics.filled(call.folder());
    SideCall ready = call.with(topics.settings());
    ready = Connections.best(Side.OURS, ready, trial);
    ready = Connections.best(Side.RIVAL, ready, trial);
    return new Prepared(
        ready.settings(),
        "Jetty's default threads, databind, the same decider and log, " + Connections.told(ready),
        topics);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    try (RunningServer server =
        side == Side.OURS
            ? OurServer.start(call.settings())
            : JavalinServer.start(call.settings())) {
      var loading = new Loading(server, call, Connections.of(side, call));
      return loading.cpu(loading.check().checksum(), true);
    }
  }
}
