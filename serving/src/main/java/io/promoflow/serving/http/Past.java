package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.http.Lookups.Found;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * What the store says of the past. Once it is known to be away nothing waits for it: whoever asks
 * is told at once that nobody can say, until it answers again.
 */
final class Past implements AutoCloseable {
  private static final Duration REST = Duration.ofSeconds(1);

  /** Promises last a day, and rules may change hourly. */
  private static final int REMEMBERED_RULES = 64;

  private final DecisionArchive archive;
  private final Executor workers;
  private final Reachable store = new Reachable("the store");
  private final Lookups<Decision> decisions;
  private final Lookups<Offers> offers;
  private final Probing probing;

  /** A version never changes. */
  private final Cache<Long, RuleSet> rules =
      Caffeine.newBuilder().maximumSize(REMEMBERED_RULES).build();

  /**
   * Looks it up when it is asked for.
   *
   * @param most offers of one promotion to one shopper that the rules in force count
   */
  Past(DecisionArchive archive, Executor workers, IntSupplier most) {
    this.archive = archive;
    this.workers = workers;
    this.decisions = new Lookups<>(archive::find, store, workers);
    this.offers = new Lookups<>(ids -> archive.offers(ids, most.getAsInt()), store, workers);
    this.probing = new Probing(store, () -> archive.find(List.of()), REST);
  }

  /** Whether the store is known to be away. */
  boolean isAway() {
    return store.isAway();
  }

  /** A decision by its id. */
  void decision(String id, Consumer<Found<Decision>> then) {
    decisions.find(id, then);
  }

  /** What a shopper was offered. */
  void offers(String shopperId, Consumer<Found<Offers>> then) {
    offers.find(shopperId, then);
  }

  /** The rules of a version, read by one for all who ask at once; empty when there is none. */
  Optional<RuleSet> rules(long version) {
    return Optional.ofNullable(rules.get(version, this::stored));
  }

  /** Of some versions, without those that nobody has any more. */
  CompletableFuture<Map<Long, RuleSet>> rules(Set<Long> versions) {
    return versions.isEmpty()
        ? CompletableFuture.completedFuture(Map.of())
        : CompletableFuture.supplyAsync(() -> found(versions), workers);
  }

  private Map<Long, RuleSet> found(Set<Long> versions) {
    var found = new HashMap<Long, RuleSet>();
    versions.forEach(version -> rules(version).ifPresent(one -> found.put(version, one)));
    return found;
  }

  /** The rules of a version for whoever can do without: empty, too, while nobody can say. */
  Optional<RuleSet> rulesIfAny(long version) {
    try {
      return rules(version);
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  /** Null when there is none. */
  private RuleSet stored(long version) {
    if (store.isAway()) {
      throw unavailable();
    }
    try {
      return archive.rules(version).orElse(null);
    } catch (RuntimeException e) {
      store.failed(e.getMessage());
      throw unavailable();
    }
  }

  /** What somebody is told who asks for what only the store knows. */
  static ProblemException unavailable() {
    return new ProblemException(Problem.unavailable("the store cannot be reached"));
  }

  @Override
  public void close() {
    probing.close();
    archive.close();
  }
}
