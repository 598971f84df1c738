package io.promoflow.serving.http;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.rules.KafkaRulePublisher;
import io.promoflow.serving.rules.RuleBook;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Opens the rule book over migrated tables when somebody changes rules for the first time. Opening
 * takes no round trip, and what the book is asked while the store is away fails soon.
 */
final class LazyRuleBook implements Supplier<RuleBook>, AutoCloseable {
  private static final int CONNECTIONS = 2;

  private final ConnectionOptions connections;
  private final Duration patience;
  private final Clock clock;
  private KafkaRulePublisher publisher;
  private HikariDataSource pool;
  private RuleBook book;

  /**
   * Opens nothing yet.
   *
   * @param patience how long a change waits for the store
   */
  LazyRuleBook(ConnectionOptions connections, Duration patience, Clock clock) {
    this.connections = connections;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public synchronized RuleBook get() {
    if (book == null) {
      publisher = new KafkaRulePublisher(connections);
      pool = Store.openImpatient(connections.postgres(), CONNECTIONS, patience);
      book = new RuleBook(pool, publisher, clock);
    }
    return book;
  }

  @Override
  public synchronized void close() {
    if (book != null) {
      publisher.close();
      pool.close();
    }
  }
}
