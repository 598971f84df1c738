package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time of a whole decision over HTTP against answering always the same. */
public record NettyRow(String name, Bar bar) implements BenchRow {
  private static final String BODY = "bodyBytes";
  private static final String LOOPS = "loops";
  private static final String TRANSPORT = "transport";
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
    SideCall ready = Connections.best(Side.OURS, call.with(topics.settings()), trial);
    double bytes = trial.run(Side.OURS, ready).more().get(BODY);
    SideCall sized =
        Connections.with(
            Side.RIVAL,
            Connections.TRIED.get(0),
            ready.with(Map.of(BODY, Long.toString(Math.round(bytes)))));
    List<Transport> transports = transports();
    Tried best = null;
    for (Transport transport : transports) {
      best = better(best, tried(trial, sized, transport.name(), 1));
    }
    for (int loops : TRIED.subList(1, TRIED.size())) {
      best = better(best, tried(trial, sized, best.transport(), loops));
    }
    SideCall chosen =
        Connections.best(Side.RIVAL, sized.with(rival(best.transport(), best.loops())), trial);
    return new Prepared(
        chosen.settings(),
        "%s (best of %s), %d event loops (best of %s), TCP_NODELAY, bodies of %.0f bytes, %s"
            .formatted(
                best.transport(),
                transports.stream().map(Transport::name).toList(),
                best.loops(),
                TRIED,
                bytes,
                Connections.told(chosen)),
        topics);
  }

  private record Tried(String transport, int loops, double cost) {}

  private static Tried tried(Trial trial, SideCall call, String transport, int loops)
      throws Exception {
    double cost = trial.run(Side.RIVAL, call.with(rival(transport, loops))).figure();
    return new Tried(transport, loops, cost);
  }

  private static Tried better(Tried one, Tried other) {
    return one == null || other.cost() < one.cost() ? other : one;
  }

  private static Map<String, String> rival(String transport, int loops) {
    return Map.of(TRANSPORT, transport, LOOPS, Integer.toString(loops));
  }

  private static Transport transport(String name) {
    return transports().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** Those that this machine has. */
  private static List<Transport> transports() {
    return Stream.of(Transport.NIO, Transport.EPOLL, Transport.IO_URING)
        .filter(one -> one != null && one.available())
        .toList();
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    try (RunningServer server =
        side == Side.OURS
            ? OurServer.start(call.settings())
            : NettyHello.start(
                transport(call.setting(TRANSPORT)),
                Integer.parseInt(call.setting(LOOPS)),
                Integer.parseInt(call.setting(BODY)))) {
      return new Loading(server, call, Connections.of(side, call))
          .cpu("every request was answered", false);
    }
  }
}
