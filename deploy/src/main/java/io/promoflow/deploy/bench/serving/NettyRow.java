package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.vertx.core.transport.Transport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * CPU time of a whole decision over HTTP against answering always the same.
 *
 * @param logged whether the rival logs its answer first, as a decision is
 */
public record NettyRow(String name, Bar bar, boolean logged) implements BenchRow {
  private static final String BODY = "bodyBytes";
  private static final String LOOPS = "loops";
  private static final String SOCKETS = "sockets";
  private static final List<Integer> TRIED = List.of(1, 2, 4);
  private static final Comparator<Tried> LEAST_COST = Comparator.comparingDouble(Tried::micros);

  @Override
  public String unit() {
    return "CPU us/request";
  }

  @Override
  public String rivalName() {
    return logged ? "Netty hello world that logs its answer first" : "Netty hello world";
  }

  @Override
  public Optional<String> limitName() {
    return logged
        ? Optional.empty()
        : Optional.of("the hello world, logging its answer first as a decision is (acks=all)");
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
    var bySockets = new ArrayList<Tried>();
    for (Transport one : transports()) {
      bySockets.add(tried(trial, sized, one.name(), 1));
    }
    Tried best = Collections.min(bySockets, LEAST_COST);
    for (int loops : TRIED.subList(1, TRIED.size())) {
      best =
          BinaryOperator.minBy(LEAST_COST).apply(best, tried(trial, sized, best.sockets(), loops));
    }
    SideCall chosen =
        Connections.best(Side.RIVAL, sized.with(rival(best.sockets(), best.loops())), trial);
    return new Prepared(
        chosen.settings(),
        "%s (best of %s), %d event loops (best of %s), TCP_NODELAY, bodies of %.0f bytes, %s"
            .formatted(
                best.sockets(),
                bySockets.stream().map(Tried::told).collect(Collectors.joining(", ")),
                best.loops(),
                TRIED,
                bytes,
                Connections.told(chosen)),
        topics);
  }

  /** What a request cost in a short trial. */
  private record Tried(String sockets, int loops, double micros) {
    String told() {
      return "%s %.1f us".formatted(sockets, micros);
    }
  }

  private static Tried tried(Trial trial, SideCall call, String sockets, int loops)
      throws Exception {
    double cost = trial.run(Side.RIVAL, call.with(rival(sockets, loops))).figure();
    return new Tried(sockets, loops, cost);
  }

  private static Map<String, String> rival(String sockets, int loops) {
    return Map.of(SOCKETS, sockets, LOOPS, Integer.toString(loops));
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
    Side asked = side == Side.RIVAL ? Side.RIVAL : Side.OURS; // a limit waits for the log, as ours
    try (RunningServer server =
        side == Side.OURS ? OurServer.start(call.settings()) : hello(side, call)) {
      return new Loading(server, call, Connections.of(asked, call))
          .cpu("every request was answered", false);
    }
  }

  private RunningServer hello(Side side, SideCall call) throws Exception {
    boolean logs = logged || side == Side.LIMIT;
    return NettyHello.start(
        transport(call.setting(SOCKETS)),
        Integer.parseInt(call.setting(LOOPS)),
        Integer.parseInt(call.setting(BODY)),
        logs ? HelloLog.decisions(call.settings()) : HelloLog.NONE);
  }
}
