package io.promoflow.serving.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.RuleSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in PostgreSQL. The database's arithmetic decides; a server promises from memory only
 * what it leased before. See RATIONALE.md for what holds when anything is killed.
 */
public final class PostgresLedger implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresLedger.class);
  private static final long FLUSH_MILLIS = 10;
  private static final long FOLLOW_MILLIS = 1_000;
  private static final int REMEMBERED = 100_000;

  private final String server = UUID.randomUUID().toString();
  private final Transactions transactions;
  private final LongSupplier nanos;
  private final Leasing leasing;
  private final Sweeping sweeping;
  private final Settler settler;
  private final StandingReader reader;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(PostgresLedger::thread);
  private final Cache<String, Claim> granted =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();
  private final AtomicReference<Instant> eventTime = new AtomicReference<>(Instant.EPOCH);
  private final boolean promises;
  private volatile long followed = -1;
  private volatile boolean failing;
  private volatile boolean closed;

  private PostgresLedger(
      Transactions transactions, LedgerOptions options, LongSupplier nanos, boolean promises) {
    this.transactions = transactions;
    this.promises = promises;
    this.nanos = nanos;
    leasing = new Leasing(server, transactions, options, nanos);
    sweeping = new Sweeping(transactions, options);
    settler = new Settler(transactions, leasing, options);
    reader = new StandingReader(transactions, leasing, options.codes());
  }

  /**
   * Opens the ledger on tables that are migrated, and follows the rule book.
   *
   * @throws RuntimeException when the store is away
   */
  public static PostgresLedger open(Postgres postgres, LedgerOptions options) {
    var ledger = unattended(postgres, options, System::nanoTime);
    ledger.attend(options.lease().toMillis() / 3);
    return ledger;
  }

  /**
   * Opens one that settles and sweeps, but leases nothing: it refuses every claim.
   *
   * @throws RuntimeException when the store is away
   */
  public static PostgresLedger settling(Postgres postgres, LedgerOptions options) {
    var ledger = new PostgresLedger(Transactions.open(postgres), options, System::nanoTime, false);
    ledger.attend(options.lease().toMillis() / 3);
    return ledger;
  }

  /** One whose housekeeping is called by hand. */
  static PostgresLedger unattended(Postgres postgres, LedgerOptions options, LongSupplier nanos) {
    return new PostgresLedger(Transactions.open(postgres), options, nanos, true);
  }

  private void attend(long renewMillis) {
    followRuleBook();
    every(FLUSH_MILLIS, leasing::flush);
    every(renewMillis, leasing::renew);
    every(FOLLOW_MILLIS, this::followRuleBook);
    every(FOLLOW_MILLIS, leasing::giveWanted);
    every(Math.min(FOLLOW_MILLIS, renewMillis), this::sweep);
  }

  private void every(long millis, Runnable chore) {
    ScheduledFuture<?> unused = // ends with the keeper
        keeper.scheduleWithFixedDelay(() -> attempt(chore), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void attempt(Runnable chore) {
    try {
      chore.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("the ledger goes on with what it has leased until the store is back", e);
      }
      failing = true;
    }
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "ledger-leases");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Follows budgets, stock and caps of a rule set. What was promised before a cut stays promised;
   * nothing more is until the budget covers it. Rules older than the accounts follow are ignored.
   *
   * @throws LedgerUnavailableException when the store is away
   */
  public void follow(RuleSet rules) {
    Set<String> promotions =
        transactions.run("following the rules", connection -> Following.follow(connection, rules));
    if (promises) {
      leasing.know(promotions);
    }
    followed = Math.max(followed, rules.version());
  }

  private void followRuleBook() {
    transactions
        .run("reading the rules", connection -> Following.newest(connection, followed))
        .ifPresent(this::follow);
  }

  /** Event time never goes back. */
  @Override
  public void eventTime(Instant now) {
    eventTime.accumulateAndGet(now, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** Under which its leases are held. */
  String server() {
    return server;
  }

  void flush() {
    leasing.flush();
  }

  void renew() {
    leasing.renew();
  }

  void giveWanted() {
    leasing.giveWanted();
  }

  void sweep() {
    sweeping.run(eventTime.get());
  }

  @Override
  public Optional<Refusal> reserve(Claim claim) {
    LocalLease lease = leasing.of(claim.promotionId());
    if (isGranted(claim)) {
      return Optional.empty();
    }
    if (lease == null || closed) {
      return Optional.of(Refusal.NO_LEASE);
    }
    Optional<Refusal> refusal = lease.reserve(claim, nanos.getAsLong());
    if (refusal.isEmpty()) {
      Claim before = granted.asMap().put(claim.decisionId(), claim);
      if (before != null) { // another promotion of the same decision, which was made anew
        leasing.of(before.promotionId()).release(claim.decisionId());
      }
    }
    return refusal;
  }

  @Override
  public Optional<Refusal> wouldRefuse(Claim claim) {
    LocalLease lease = leasing.of(claim.promotionId());
    if (isGranted(claim)) {
      return Optional.empty();
    }
    return lease == null || closed
        ? Optional.of(Refusal.NO_LEASE)
        : lease.wouldRefuse(claim, nanos.getAsLong());
  }

  @Override
  public void want(Claim claim) {
    LocalLease lease = leasing.of(claim.promotionId());
    if (lease != null) {
      lease.want(claim);
    }
  }

  private boolean isGranted(Claim claim) {
    Claim before = granted.getIfPresent(claim.decisionId());
    return before != null && before.promotionId().equals(claim.promotionId());
  }

  @Override
  public void release(String decisionId) {
    Claim claim = granted.asMap().remove(decisionId);
    if (claim != null) {
      leasing.of(claim.promotionId()).release(decisionId);
    }
  }

  @Override
  public CompletionStage<Settlement> settle(Redemption redemption) {
    return settler.ask(redemption, true);
  }

  @Override
  public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
    return settler.ask(redemption, false);
  }

  @Override
  public CompletionStage<Map<Claim, Standing>> standings(Collection<Claim> claims) {
    return reader.ask(claims);
  }

  /** Where the budget of every promotion is now. */
  public List<LedgerFigures> figures() {
    return transactions.run("reading figures", PostgresLedger::figures);
  }

  private static List<LedgerFigures> figures(Connection connection) throws SQLException {
    String sql =
        "SELECT promotion_id, budget_cents, committed_cents, reserved_cents, leased_cents,"
            + " free_cents, released_cents, overspent_cents FROM serving.v_budgets"
            + " ORDER BY promotion_id";
    var found = new ArrayList<LedgerFigures>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.add(
            new LedgerFigures(
                row.getString(1),
                row.getObject(2, Long.class),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getObject(6, Long.class),
                row.getLong(7),
                row.getLong(8)));
      }
    }
    return found;
  }

  /** Settles what waits, writes promises down and gives leases back; promises nothing from then. */
  @Override
  public void close() {
    closed = true;
    settler.close();
    reader.close();
    keeper.shutdown();
    try {
      keeper.awaitTermination(30, TimeUnit.SECONDS);
      leasing.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (LedgerUnavailableException e) {
      LOG.warn("the store is away; what was leased is free again when the lease has run out", e);
    } finally {
      transactions.close();
    }
  }
}
