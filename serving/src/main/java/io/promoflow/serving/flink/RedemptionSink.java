package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.LedgerUnavailableException;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemptions;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Settles the redemptions that events tell of, in the ledger, with the event's id as key: a repeat
 * after a restart gets its old answer. Nothing is open when {@code flush} returns. Watermarks,
 * which all events move, are the ledger's event time.
 */
final class RedemptionSink implements Sink<ShopEvent> {
  private static final long serialVersionUID = 1L;
  private final LedgerOpening opening;
  private final Duration lease;

  /**
   * @param lease for how long what a killed server had leased may be away
   */
  RedemptionSink(LedgerOpening opening, Duration lease) {
    this.opening = opening;
    this.lease = lease;
  }

  @Override
  public SinkWriter<ShopEvent> createWriter(WriterInitContext context) {
    return new Writer(opening.open(), context.metricGroup(), lease);
  }

  /** One subtask's. */
  static final class Writer implements SinkWriter<ShopEvent> {
    private static final int MOST_OPEN = 10_000;
    private static final int TRIES = 300;
    private static final int TRIES_OF_UNKNOWN = 5;
    private static final Duration BETWEEN = Duration.ofMillis(200);

    /** Until leases that have run out are swept, and what they held is asked for again. */
    private static final Duration AFTER_LEASE = Duration.ofSeconds(5);

    /** A checkpoint waits for it. */
    private static final Duration MOST_LEASED = Duration.ofMinutes(2);

    private final Ledger ledger;
    private final long triesOfLeased;
    private final Counter settled;
    private final Counter refused;
    private final Counter unpromised;
    private final List<Open> open = new ArrayList<>();

    /**
     * @param answers how often it was answered that it may get another answer
     * @param failures how often the ledger was away
     */
    private record Open(
        Redemption asked, CompletionStage<Settlement> answer, int answers, int failures) {}

    Writer(Ledger ledger, MetricGroup metrics, Duration lease) {
      this.ledger = ledger;
      Duration leased = lease.plus(AFTER_LEASE);
      triesOfLeased = (leased.compareTo(MOST_LEASED) > 0 ? MOST_LEASED : leased).dividedBy(BETWEEN);
      settled = metrics.counter("settledRedemptions");
      refused = metrics.counter("refusedRedemptions");
      unpromised = metrics.counter("unpromisedRedemptions");
    }

    @Override
    public void write(ShopEvent event, Context context) throws IOException, InterruptedException {
      Redemptions.of(event)
          .ifPresent(asked -> open.add(new Open(asked, ledger.settle(asked), 0, 0)));
      if (open.size() >= MOST_OPEN) {
        flush(false);
      }
    }

    /** Whatever the events are that move it: promises run out where nobody redeems any. */
    @Override
    public void writeWatermark(Watermark watermark) {
      long at = watermark.getTimestamp();
      if (at > Long.MIN_VALUE && at < Long.MAX_VALUE) {
        ledger.eventTime(Instant.ofEpochMilli(at));
      }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      while (!open.isEmpty()) {
        List<Open> waiting = List.copyOf(open);
        open.clear();
        var leased = new HashSet<String>();
        for (Open one : waiting) {
          answer(one, leased);
        }
        if (!open.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
          open.replaceAll(this::again);
        }
      }
    }

    private Open again(Open one) {
      return new Open(one.asked(), ledger.settle(one.asked()), one.answers(), one.failures());
    }

    /**
     * Counts an answer; what has none yet, or may get another one, is asked again.
     *
     * @param leased decisions of which an event before it waits for leases
     */
    private void answer(Open one, Set<String> leased) throws IOException {
      try {
        Settlement answer = one.answer().toCompletableFuture().join();
        String decision = one.asked().decisionId();
        if (answer.refusal() == Refusal.NOTHING_PROMISED && leased.contains(decision)) {
          open.add(
              new Open(one.asked(), null, 0, one.failures())); // there is nothing to refund yet
        } else if (one.answers() + 1 < tries(answer.refusal())) {
          open.add(new Open(one.asked(), null, one.answers() + 1, one.failures()));
          if (answer.refusal() == Refusal.LEASED) {
            leased.add(decision);
          }
        } else {
          count(answer);
        }
      } catch (CompletionException e) {
        int failures = one.failures() + 1;
        if (!(e.getCause() instanceof LedgerUnavailableException) || failures == TRIES) {
          throw new IOException("the ledger could not settle " + one.asked(), e);
        }
        open.add(new Open(one.asked(), null, one.answers(), failures));
      }
    }

    private long tries(Refusal refusal) {
      if (refusal == Refusal.NOTHING_PROMISED) {
        return TRIES_OF_UNKNOWN;
      }
      return refusal == Refusal.LEASED ? triesOfLeased : 1;
    }

    private void count(Settlement answer) {
      boolean unknown = answer.refusal() == Refusal.NOTHING_PROMISED;
      (answer.settled() ? settled : unknown ? unpromised : refused).inc();
    }

    @Override
    public void close() {
      ledger.close();
    }
  }
}
