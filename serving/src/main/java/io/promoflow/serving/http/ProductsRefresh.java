package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.rules.RuleBook;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the products found anew, time and again, that promotions cover by their features. Every
 * server does so, and the rule book makes a version of what has moved once per round, whoever comes
 * first. What fails leaves the lists in force as they are until the next round.
 */
final class ProductsRefresh implements AutoCloseable {
  /** Who says so, in versions of the rules. */
  static final String AUTHOR = "products-refresh";

  private static final Logger LOG = LoggerFactory.getLogger(ProductsRefresh.class);
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final Duration every;
  private final Supplier<RuleSet> rules;
  private final Supplier<RuleBook> book;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(ProductsRefresh::thread);

  /**
   * Does nothing yet.
   *
   * @param every zero for never
   * @param rules in force; null before the first
   * @param book opened when rules ask for it
   */
  ProductsRefresh(Duration every, Supplier<RuleSet> rules, Supplier<RuleBook> book) {
    this.every = every;
    this.rules = rules;
    this.book = book;
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "products-refresh");
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    if (!every.isZero()) {
      long round = Math.max(1, every.toMillis());
      long first = Math.min(round, LONGEST_START.toMillis());
      ScheduledFuture<?> unused = // ends with the clock
          clock.scheduleWithFixedDelay(this::attempt, first, round, TimeUnit.MILLISECONDS);
    }
  }

  private void attempt() {
    RuleSet now = rules.get();
    if (now == null || now.promotions().stream().allMatch(one -> one.productsWhere().isEmpty())) {
      return;
    }
    try {
      book.get()
          .refreshProducts(AUTHOR, nearly(every))
          .ifPresent(next -> LOG.info("rule version {}: {}", next.version(), next.note()));
    } catch (RuntimeException e) {
      LOG.warn("the products of promotions stay as they are until the next round", e);
    }
  }

  /** Of several servers the first one of a round counts; none comes a round late. */
  private static Duration nearly(Duration round) {
    return round.multipliedBy(9).dividedBy(10);
  }

  @Override
  public void close() {
    clock.shutdown();
    try {
      if (!clock.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the products of promotions are still being found");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
