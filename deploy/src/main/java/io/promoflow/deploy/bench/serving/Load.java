package io.promoflow.deploy.bench.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** One thread that asks a server as {@link LoadOrder} says. */
final class Load {
  private static final double NANOS = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int UNCOUNTED_SHARE = 10;

  private final LoadOrder order;
  private final Deque<LoadConnection> idle = new ArrayDeque<>();
  private long asked;
  private long answered;
  private long errors;
  private long mixed;
  private long checksum;
  private long bodyBytes;
  private long requestBytes;
  private double[] latencies = new double[1 << 16];
  private int counted;

  private Load(LoadOrder order) {
    this.order = order;
  }

  static LoadReport run(LoadOrder order) throws IOException {
    return new Load(order).run();
  }

  private LoadReport run() throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < order.connections(); i++) {
        idle.add(new LoadConnection(order.port(), selector));
      }
      try {
        drive(selector);
      } finally {
        for (SelectionKey key : selector.keys()) {
          ((LoadConnection) key.attachment()).close();
        }
      }
    }
    double[] sorted = Arrays.copyOf(latencies, counted);
    Arrays.sort(sorted);
    return new LoadReport(
        answered,
        errors,
        mixed,
        Long.toHexString(checksum),
        (double) bodyBytes / Math.max(1, answered),
        (double) requestBytes / Math.max(1, asked),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99));
  }

  private void drive(Selector selector) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (order.seconds() * NANOS);
    long countFrom = start + (end - start) / UNCOUNTED_SHARE;
    while (true) {
      long now = System.nanoTime();
      boolean more = more(now, end);
      while (more && !idle.isEmpty() && dueNanos(start) <= now) {
        long due = order.kind() == LoadOrder.Kind.OPEN ? dueNanos(start) : now;
        byte[] request = request();
        idle.poll().send(request, due);
        more = more(now, end);
      }
      if (!more && idle.size() == order.connections()) {
        return;
      }
      selector.select(order.kind() == LoadOrder.Kind.OPEN ? 1 : 0);
      long arrived = System.nanoTime();
      for (SelectionKey key : selector.selectedKeys()) {
        var connection = (LoadConnection) key.attachment();
        if (connection.receive()) {
          take(connection, arrived, countFrom);
          idle.add(connection);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private boolean more(long now, long end) {
    return order.kind() == LoadOrder.Kind.CHECK ? asked < DecisionWorld.SHOPPERS : now < end;
  }

  /** When the next request is due; at once unless the load is open. */
  private long dueNanos(long start) {
    return order.kind() == LoadOrder.Kind.OPEN
        ? start + (long) (asked / order.rate() * NANOS)
        : Long.MIN_VALUE;
  }

  private byte[] request() {
    int shopper = (int) (asked % DecisionWorld.SHOPPERS);
    String body =
        "{\"requestId\":\""
            + order.prefix()
            + asked
            + "\",\"trigger\":\"VISIT\",\"shopperId\":\""
            + DecisionWorld.shopper(shopper)
            + "\",\"cartCents\":"
            + DecisionWorld.cartCents(shopper)
            + "}";
    asked++;
    requestBytes += body.length();
    return ("POST "
            + order.path()
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + (order.apiKey() == null ? "" : "Authorization: Bearer " + order.apiKey() + "\r\n")
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(US_ASCII);
  }

  private void take(LoadConnection connection, long arrived, long countFrom) throws IOException {
    answered++;
    bodyBytes += connection.bodyLength();
    if (!connection.isOk()) {
      errors++;
    } else if (order.kind() != LoadOrder.Kind.CLOSED) {
      look(Wire.JSON.readTree(connection.body()));
    }
    if (connection.due() >= countFrom) {
      if (counted == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * counted);
      }
      latencies[counted++] = (arrived - connection.due()) / NANOS_PER_MILLI;
    }
  }

  private void look(JsonNode answer) {
    String promotion = answer.path("promotionId").asText("");
    String version = "-v" + answer.path("ruleVersion").asLong();
    if (order.kind() == LoadOrder.Kind.CHECK) {
      long who = answer.path("requestId").asText().substring(order.prefix().length()).hashCode();
      checksum += (who * 31 + promotion.hashCode()) * 1_000_003L;
    }
    boolean others = !promotion.isEmpty() && !promotion.endsWith(version);
    for (JsonNode candidate : answer.path("candidates")) {
      String id = candidate.path("promotionId").asText(""); // none for giving nothing
      others |= !id.isEmpty() && !id.endsWith(version);
    }
    if (others) {
      mixed++;
    }
  }

  private static double quantile(double[] sorted, double q) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(q * sorted.length) - 1];
  }
}
