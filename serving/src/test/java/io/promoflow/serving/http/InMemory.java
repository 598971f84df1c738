package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.ledger.Ledger;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Broker and store of the server's tests. */
final class InMemory {
  private InMemory() {}

  /** Everything in memory, for anybody to ask. */
  static Backends backends(Feed feed, Log log, DecisionArchive archive, Ledger ledger) {
    return backends(feed, log, archive, ledger, new Collector(), null);
  }

  /** Everything in memory, for whoever the keys let in. */
  static Backends backends(
      Feed feed,
      Log log,
      DecisionArchive archive,
      Ledger ledger,
      Collector collector,
      KeyRing keys) {
    return new Backends(
        feed,
        log,
        archive,
        Repeats.UNKNOWN,
        ledger,
        collector,
        () -> {
          throw new IllegalStateException("the store is away");
        },
        keys,
        List.of());
  }

  /** Keeps what was collected. */
  static final class Collector implements EventCollector {
    final List<Raw> collected = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<Void> append(List<Raw> events) {
      collected.addAll(events);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      collected.clear();
    }
  }

  /** Topics with one partition each, handed on as they are written. */
  static final class Feed implements TopicFeed {
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private BiConsumer<String, byte[]> consumer;
    volatile boolean atEnd = true;

    @Override
    public void start(BiConsumer<String, byte[]> to) {
      consumer = to;
    }

    void write(String topic, Object value) {
      write(topic, Wire.bytes(value));
    }

    void write(String topic, byte[] value) {
      consumer.accept(topic, value);
      positions.merge(new TopicPartition(topic, 0), 1L, Long::sum);
    }

    @Override
    public boolean isAtEnd() {
      return atEnd;
    }

    @Override
    public Map<TopicPartition, Long> positions() {
      return Map.copyOf(positions);
    }

    @Override
    public void close() {
      positions.clear();
    }
  }

  /** Keeps what was appended; can be out of order, or take its time. */
  static final class Log implements DecisionLog {
    final List<Decision> appended = new CopyOnWriteArrayList<>();
    volatile boolean broken;

    /** Decisions wait for this when it is there. */
    volatile CompletableFuture<Void> back;

    /** How many did. */
    final AtomicInteger waiting = new AtomicInteger();

    @Override
    public CompletionStage<Void> append(Decision decision) {
      if (broken) {
        return CompletableFuture.failedFuture(new IllegalStateException("broker is gone"));
      }
      if (back != null) {
        waiting.incrementAndGet();
        return back.thenRun(() -> appended.add(decision));
      }
      appended.add(decision);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      broken = true;
    }
  }

  /** Decisions that were made before. */
  static final class Archive implements DecisionArchive {
    final Map<String, Decision> decisions = new ConcurrentHashMap<>();
    final Map<Long, RuleSet> rules = new ConcurrentHashMap<>();

    /** Ids of decisions and shoppers that somebody asked for. */
    final Set<String> askedFor = ConcurrentHashMap.newKeySet();

    volatile boolean away;

    @Override
    public Map<String, Decision> find(Collection<String> decisionIds) {
      asked(decisionIds);
      var found = new HashMap<>(decisions);
      found.keySet().retainAll(decisionIds);
      return found;
    }

    private void asked(Collection<String> ids) {
      askedFor.addAll(ids);
      if (away) {
        throw new IllegalStateException("the store is away");
      }
    }

    @Override
    public Map<String, Offers> offers(Collection<String> shopperIds, int most) {
      asked(shopperIds);
      var offers = new HashMap<String, Offers>();
      decisions.values().stream()
          .filter(d -> shopperIds.contains(d.shopperId()) && d.promotionId() != null)
          .forEach(
              d ->
                  offers
                      .computeIfAbsent(
                          d.shopperId(), id -> new Offers(new HashMap<>(), new HashMap<>()))
                      .add(d.decisionId(), new Offer(d.promotionId(), d.at()), 0));
      return offers;
    }

    @Override
    public Optional<RuleSet> rules(long version) {
      asked(List.of("version " + version));
      return Optional.ofNullable(rules.get(version));
    }

    @Override
    public void close() {
      decisions.clear();
    }
  }
}
