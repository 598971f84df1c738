package io.promoflow.deploy.bench.serving;

import io.promoflow.deploy.bench.Meter;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/**
 * Puts a server of this process under load, and measures what that costs this process.
 *
 * @param connections that ask it
 */
record Loading(RunningServer server, SideCall call, int connections) {
  private static final double NANOS = 1e9;

  /** Compilers are done after some hundred thousand requests; till then they cost the most. */
  private static final int WARM_UP_SHARE = 2;

  private static final int MORE_SECONDS = 5;

  /** Every shopper once, so that the answers of both sides can be compared. */
  LoadReport check() throws IOException {
    return load(LoadOrder.Kind.CHECK, 0, 0, 0);
  }

  /** CPU seconds of the process per request, warmed up before. */
  SideResult cpu(String checksum, boolean requestsPerSecond) throws IOException {
    warmUp();
    long cpu = Meter.cpuNanos();
    LoadReport report = load(LoadOrder.Kind.CLOSED, call.seconds(), 0, 0);
    double seconds = (Meter.cpuNanos() - cpu) / NANOS;
    if (report.errors() > 0) {
      throw new IllegalStateException(report.errors() + " answers were no decisions");
    }
    double perRequest = seconds / report.requests();
    return new SideResult(
        requestsPerSecond ? 1 / perRequest : perRequest * 1e6,
        seconds,
        checksum,
        Map.of(
            "requests",
            (double) report.requests(),
            "bodyBytes",
            report.bodyBytes(),
            "requestBytes",
            report.requestBytes(),
            "requestsPerSecond",
            (double) report.requests() / call.seconds()));
  }

  private void warmUp() throws IOException {
    load(LoadOrder.Kind.CLOSED, WARM_UP_SHARE * call.seconds(), 0, 0);
    Compilers.settle(() -> load(LoadOrder.Kind.CLOSED, MORE_SECONDS, 0, 0));
  }

  /** Requests that are due at a rate, while rules and models are swapped. */
  LoadReport open(double rate, int seconds, int swaps) throws IOException {
    return load(LoadOrder.Kind.OPEN, seconds, rate, swaps);
  }

  private LoadReport load(LoadOrder.Kind kind, int seconds, double rate, int swaps)
      throws IOException {
    int desk = Integer.parseInt(call.setting(DecisionTopics.DESK));
    return LoadDesk.ask(
        desk,
        new LoadOrder(
            server.port(),
            server.path(),
            kind,
            connections,
            seconds,
            rate,
            call.setting(DecisionTopics.KEY),
            UUID.randomUUID() + "-",
            swaps));
  }
}
