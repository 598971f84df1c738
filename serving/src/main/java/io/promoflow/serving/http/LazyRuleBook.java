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
 * takes no round trip, and whoever asks the book while the store is away is told soon.
 */
final class LazyRuleBook implements Supplier<RuleBook>, AutoCloseable {
  private static final int CONNECTIONS = 2;

  /** Finding products among many, and waiting for somebody else who changes rules, take a while. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final ConnectionOptions connections;
  private final Duration patience;
  private final Clock clock;
  private KafkaRulePublisher publisher;
  private HikariDataSource pool;
  private RuleBook book;

  /**
   * Opens nothing yet.
   *
   * @param patience how long a change waits for a connection to the store
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
      pool = Store.openImpatient(connections.postgres(), CONNECTIONS, patience, LONGEST);
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
