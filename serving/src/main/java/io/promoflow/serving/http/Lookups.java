package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store by many keys at once: what is looked for while one statement runs goes together in
 * the next one. So a lone question goes at once, and a crowd costs few statements.
 *
 * @param <V> what the store has by a key
 */
final class Lookups<V> {
  /** Keys of a statement. */
  static final int MOST = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

  /**
   * For a crowd whose keys are asked for one by one, but for one that is stopped; a store that
   * needs longer is away.
   */
  private static final long APART_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * For so long a key that took too long keeps nobody waiting; another one within that time is the
   * store's fault.
   */
  private static final Duration REST = Duration.ofMinutes(1);

  private static final int MOST_SLOW = 1_000;

  private final Source<V> source;
  private final Reachable store;
  private final Executor workers;
  private final ArrayDeque<Lookup<V>> waiting = new ArrayDeque<>();

  /** Keys that took too long a moment ago. */
  private final Cache<String, Boolean> slow =
      Caffeine.newBuilder()
          .maximumSize(MOST_SLOW)
          .expireAfterWrite(REST)
          .executor(Runnable::run)
          .build();

  /** Whether a statement runs, or is about to. */
  private boolean busy;

  /** Runs one statement. */
  interface Source<V> {
    /** What there is, by key; what there is not is left out. */
    Map<String, V> find(Collection<String> keys);
  }

  /**
   * What became of a lookup.
   *
   * @param value null when there is none
   * @param blind whether the store could not say
   */
  record Found<V>(V value, boolean blind) {}

  /**
   * What a statement told.
   *
   * @param found by key
   * @param asked keys that it knows everything of
   */
  private record Told<V>(Map<String, V> found, Set<String> asked) {
    static <V> Told<V> nothing() {
      return new Told<>(Map.of(), Set.of());
    }
  }

  private record Lookup<V>(String key, Consumer<Found<V>> then) {
    void answer(Found<V> found) {
      try {
        then.accept(found);
      } catch (RuntimeException e) {
        LOG.error("what was looked up cannot be used", e);
      }
    }
  }

  Lookups(Source<V> source, Reachable store, Executor workers) {
    this.source = source;
    this.store = store;
    this.workers = workers;
  }

  /**
   * Looks a key up. The answer comes in a worker; when the store is known to be away, the key was
   * too slow a moment ago, or no worker is left, at once.
   */
  void find(String key, Consumer<Found<V>> then) {
    var lookup = new Lookup<>(key, then);
    if (store.isAway() || slow.getIfPresent(key) != null) {
      lookup.answer(new Found<>(null, true));
    } else if (isFirst(lookup)) {
      start();
    }
  }

  private synchronized boolean isFirst(Lookup<V> lookup) {
    waiting.add(lookup);
    boolean first = !busy;
    busy = true;
    return first;
  }

  private void start() {
    try {
      workers.execute(this::lookUp);
    } catch (RejectedExecutionException e) {
      LOG.debug("closing, nothing more is looked up");
      leave().forEach(lookup -> lookup.answer(new Found<>(null, true)));
    }
  }

  private synchronized List<Lookup<V>> leave() {
    var all = List.copyOf(waiting);
    waiting.clear();
    busy = false;
    return all;
  }

  private void lookUp() {
    List<Lookup<V>> batch = take();
    Told<V> told = Told.nothing();
    try {
      told = told(batch);
    } finally {
      if (isMoreWaiting()) {
        start();
      }
      answer(batch, told);
    }
  }

  private synchronized List<Lookup<V>> take() {
    var batch = new ArrayList<Lookup<V>>();
    while (!waiting.isEmpty() && batch.size() < MOST) {
      batch.add(waiting.remove());
    }
    return batch;
  }

  private synchronized boolean isMoreWaiting() {
    busy = !waiting.isEmpty();
    return busy;
  }

  private Told<V> told(List<Lookup<V>> batch) {
    var keys = new HashSet<String>();
    batch.forEach(lookup -> keys.add(lookup.key()));
    try {
      return store.isAway() ? Told.nothing() : new Told<>(found(keys), keys);
    } catch (SlowStatementException e) {
      return toldApart(keys);
    } catch (RuntimeException e) {
      store.failed(e.getMessage());
      return Told.nothing();
    }
  }

  private Map<String, V> found(Collection<String> keys) {
    Map<String, V> found = source.find(keys);
    store.answered();
    return found;
  }

  /**
   * One key may have so much behind it that a statement with it is stopped: that is no reason to
   * take the store for away, nor to tell the others nothing. Whether it is away a statement tells
   * that asks for nothing.
   */
  private Told<V> toldApart(Set<String> keys) {
    var told = new Told<V>(new HashMap<>(), new HashSet<>());
    try {
      var unused = found(List.of());
      if (keys.size() == 1) {
        tooMuch(keys.iterator().next());
      } else {
        askApart(keys, told);
      }
    } catch (RuntimeException e) {
      store.failed(e.getMessage());
    }
    return told;
  }

  private void askApart(Set<String> keys, Told<V> told) {
    long began = System.nanoTime();
    for (String key : keys) {
      if (System.nanoTime() - began > APART_NANOS) {
        throw new SlowStatementException("one by one takes too long", null);
      }
      long asked = System.nanoTime();
      try {
        told.found().putAll(found(List.of(key)));
        told.asked().add(key);
      } catch (SlowStatementException e) {
        tooMuch(key);
        began += System.nanoTime() - asked;
      }
    }
  }

  /**
   * Lets a key rest.
   *
   * @throws SlowStatementException when another one rests already
   */
  private void tooMuch(String key) {
    boolean isSecond = slow.asMap().keySet().stream().anyMatch(other -> !other.equals(key));
    slow.put(key, true);
    if (isSecond) {
      throw new SlowStatementException("several took too long, at last " + key, null);
    }
    LOG.warn("what is kept of {} is too much to be read in time", key);
  }

  private static <V> void answer(List<Lookup<V>> batch, Told<V> told) {
    for (Lookup<V> lookup : batch) {
      boolean blind = !told.asked().contains(lookup.key());
      lookup.answer(new Found<>(told.found().get(lookup.key()), blind));
    }
  }
}
