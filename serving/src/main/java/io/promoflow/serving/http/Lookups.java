package io.promoflow.serving.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  private final Source<V> source;
  private final Reachable store;
  private final Executor workers;
  private final ArrayDeque<Lookup<V>> waiting = new ArrayDeque<>();

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
   * Looks a key up. The answer comes in a worker; when the store is known to be away, or no worker
   * is left, at once.
   */
  void find(String key, Consumer<Found<V>> then) {
    var lookup = new Lookup<>(key, then);
    if (store.isAway()) {
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
    Map<String, V> found = null;
    try {
      found = found(batch);
    } finally {
      if (isMoreWaiting()) {
        start();
      }
      answer(batch, found);
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

  /** Null when the store could not say. */
  private Map<String, V> found(List<Lookup<V>> batch) {
    var keys = new HashSet<String>();
    batch.forEach(lookup -> keys.add(lookup.key()));
    try {
      if (!store.isAway()) {
        Map<String, V> found = source.find(keys);
        store.answered();
        return found;
      }
    } catch (RuntimeException e) {
      store.failed(e.getMessage());
    }
    return null;
  }

  private static <V> void answer(List<Lookup<V>> batch, Map<String, V> found) {
    for (Lookup<V> lookup : batch) {
      V value = found == null ? null : found.get(lookup.key());
      lookup.answer(new Found<>(value, found == null));
    }
  }
}
