package io.promoflow.serving.rules;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;

/**
 * The serving rules through time. PostgreSQL is the truth, the topics follow.
 *
 * <p>A change is one transaction under an advisory lock, so that versions of several processes form
 * one line. What is committed but not yet told is marked so, and is told by the next call, or the
 * next start, of anybody: a crash between the two heals.
 */
public final class RuleBook implements AutoCloseable {
  private final DataSource store;
  private final RulePublisher publisher;
  private final Clock clock;
  private final AutoCloseable pool;

  /** A rule book over a migrated store; the caller closes store and publisher. */
  public RuleBook(DataSource store, RulePublisher publisher, Clock clock) {
    this(store, publisher, clock, () -> {});
  }

  private RuleBook(DataSource store, RulePublisher publisher, Clock clock, AutoCloseable pool) {
    this.store = store;
    this.publisher = publisher;
    this.clock = clock;
    this.pool = pool;
  }

  /** Opens store and broker, brings the tables up to date and tells what was left untold. */
  public static RuleBook open(ConnectionOptions options, Clock clock) {
    Store.migrate(options.postgres(), "serving");
    var pool = Store.open(options.postgres(), 2);
    var publisher = new KafkaRulePublisher(options);
    var book =
        new RuleBook(
            pool,
            publisher,
            clock,
            () -> {
              publisher.close();
              pool.close();
            });
    try {
      book.heal();
      return book;
    } catch (RuntimeException e) {
      book.close();
      throw e;
    }
  }

  /** The rules in force; empty before the first. */
  public Optional<RuleSet> current() {
    return read(RuleStore::current).map(RuleVersion::rules);
  }

  /** For looking up single versions, or all of them without their rules. */
  public RuleVersions versions() {
    return new RuleVersions(store);
  }

  /**
   * What {@link #apply} would change now: learned weights and status stay.
   *
   * @throws RuleFileException when the tables of features cannot tell which products are meant, a
   *     budget has moved away, or the rules would be too large to be told
   */
  public RuleChange plan(RuleFile file, String author, String note) {
    return plan(file, author, note, OptionalLong.empty());
  }

  /**
   * The same, on one version only.
   *
   * @param on version that must be in force, 0 when there must be none; empty for any
   * @throws RefusedException when another version is in force
   */
  public RuleChange plan(RuleFile file, String author, String note, OptionalLong on) {
    return read(
        connection -> {
          refuseOtherThan(on, connection);
          return new Planning(connection, now()).change(file, author, note);
        });
  }

  /**
   * Puts a rule file in force. The file in force makes no version; another one does even if it
   * changes nothing, since later files are compared with it. Weights and status that adjustments
   * have changed stay, unless the person changed them in the file too. A move of budgets that does
   * not last under the file cannot be undone any more. What waits where the file lets nothing move,
   * or applies at once, is refused.
   *
   * @throws RuleFileException when the tables of features cannot tell which products are meant, a
   *     budget has moved away, or the rules would be too large to be told
   */
  public RuleChange apply(RuleFile file, String author, String note) {
    return apply(file, author, note, OptionalLong.empty());
  }

  /**
   * The same, on one version only: what came in between, by whomever, is not overwritten.
   *
   * @param on version that must be in force, 0 when there must be none; empty for any
   * @throws RefusedException when another version is in force
   */
  public RuleChange apply(RuleFile file, String author, String note, OptionalLong on) {
    return told(
        connection -> {
          refuseOtherThan(on, connection);
          var planning = new Planning(connection, now());
          RuleChange change = planning.change(file, author, note);
          if (change.isNew()) {
            List<StrategyAdjustment> undone = planning.undone(file);
            RuleStore.insert(connection, new RuleVersion(change.after(), null, file.text()));
            RuleStore.undo(connection, change.after().version(), undone);
            new Carrying(connection, now()).retireWhatNeedNotWait(author);
          }
          return change;
        });
  }

  private static void refuseOtherThan(OptionalLong on, Connection connection) throws SQLException {
    if (on.isPresent()) {
      Optional<RuleSet> live = RuleStore.current(connection).map(RuleVersion::rules);
      if (live.map(RuleSet::version).orElse(0L) != on.getAsLong()) {
        String inForce =
            live.map(one -> "rule version %d of %s is".formatted(one.version(), one.author()))
                .orElse("no rule version is");
        throw new RefusedException(
            "%s in force by now, not %d: plan anew".formatted(inForce, on.getAsLong()));
      }
    }
  }

  /**
   * What {@link #backTo} would change now.
   *
   * @throws RefusedException when the version is not there, its budgets no longer hold, no ledger
   *     holds its times or it is too large to be told
   * @throws RuleFileException when its file is not valid any more
   */
  public RuleChange planBack(long version, Vocabulary vocabulary, String author, String note) {
    return read(
        connection -> {
          var back = new GoingBack(connection, now());
          return back.change(back.to(version, vocabulary, author, note));
        });
  }

  /**
   * Puts the rules of an earlier version in force again, as a new one: with the weights, status and
   * budgets that it had, on the file that it stood on. Adjustments in force that it does not stand
   * on count as reverted, those that it does as applied. What waits is refused as by {@link
   * #apply}. When all that is so already no version is made.
   *
   * @throws RefusedException when the version is not there, its budgets no longer hold, no ledger
   *     holds its times or it is too large to be told
   * @throws RuleFileException when its file is not valid any more
   */
  public RuleChange backTo(long version, Vocabulary vocabulary, String author, String note) {
    return told(
        connection -> {
          var back = new GoingBack(connection, now());
          RuleVersion next = back.to(version, vocabulary, author, note);
          RuleChange change = back.change(next);
          if (change.isNew()) {
            back.putInForce(next);
          }
          return change;
        });
  }

  /**
   * Finds the products anew that promotions cover by their features. A version comes only of a list
   * that has moved. When the tables cannot tell, or are away, the lists in force stay.
   *
   * @param least how old the lists in force must be; zero for any
   * @return the new version; empty when there is none
   * @throws RefusedException when the tables of features cannot tell which products are meant, or
   *     the rules would be too large to be told
   */
  public Optional<RuleSet> refreshProducts(String author, Duration least) {
    if (read(connection -> isFresh(connection, author, least))) {
      return Optional.empty(); // without the lock
    }
    return told(
        connection -> {
          Optional<RuleSet> next = new Refreshing(connection, now()).next(author, least);
          if (next.isPresent()) {
            RuleStore.insert(connection, new RuleVersion(next.get(), null, null));
          }
          return next;
        });
  }

  private boolean isFresh(Connection connection, String author, Duration least)
      throws SQLException {
    return RuleStore.unpublished(connection).isEmpty()
        && new Refreshing(connection, now()).next(author, least).isEmpty();
  }

  /**
   * Takes a proposed adjustment in, once: carries it out, or keeps it for a person, as the
   * experiment's policy says. A repeat gets the same answer. What still waited in its place has
   * expired and is refused.
   *
   * @return the adjustment as PROPOSED (it waits, or only tells), APPLIED, REFUSED or, when it was
   *     undone since, REVERTED
   */
  public StrategyAdjustment adjust(StrategyAdjustment proposed) {
    return told(connection -> new Answering(connection, now()).take(proposed));
  }

  /** Every adjustment that came in, the newest first. */
  public List<StrategyAdjustment> adjustments() {
    return read(RuleStore::adjustments);
  }

  /**
   * Carries out an adjustment that waits.
   *
   * @throws RefusedException when none waits under the id, or the rules let it only tell
   */
  public StrategyAdjustment approve(String adjustmentId, String author) {
    return told(connection -> new Answering(connection, now()).approve(adjustmentId, author));
  }

  /**
   * Ends an adjustment that waits.
   *
   * @throws RefusedException when none waits under the id
   */
  public StrategyAdjustment refuse(String adjustmentId, String author, String reason) {
    return told(
        connection -> new Answering(connection, now()).refuse(adjustmentId, author, reason));
  }

  /**
   * Undoes an applied adjustment: a new version with the weights, or the status, from before it, or
   * with the moved cents back where they came from.
   *
   * @throws RefusedException when there is nothing to undo
   */
  public StrategyAdjustment revert(String adjustmentId, String author, String note) {
    return told(connection -> new Answering(connection, now()).revert(adjustmentId, author, note));
  }

  /** Tells the rules in force again, and whatever was left untold. */
  public void heal() {
    tell(true);
  }

  private <T> T told(Work<T> work) {
    T result = change(work);
    tell(false);
    return result;
  }

  /** Under the lock, so that the topic never ends with an older version than the table. */
  private void tell(boolean currentAnyway) {
    change(
        connection -> {
          List<RuleVersion> untold = RuleStore.unpublished(connection);
          if (untold.isEmpty() && currentAnyway) {
            RuleStore.current(connection).ifPresent(v -> publisher.publish(v.rules()));
          }
          untold.forEach(version -> publisher.publish(version.rules()));
          RuleStore.unpublishedAdjustments(connection).forEach(publisher::publish);
          RuleStore.published(connection);
          return untold.size();
        });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  private <T> T change(Work<T> work) {
    try (Connection connection = store.getConnection()) {
      connection.setAutoCommit(false);
      try {
        RuleStore.lock(connection);
        T result = work.in(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the rule book cannot be written: " + e.getMessage(), e);
    }
  }

  private <T> T read(Work<T> work) {
    try (Connection connection = store.getConnection()) {
      return work.in(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("the rule book cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      pool.close();
    } catch (Exception e) {
      throw new IllegalStateException("the rule book cannot be closed", e);
    }
  }
}
