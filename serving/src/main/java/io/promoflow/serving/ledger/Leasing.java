package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.LocalLease.Lease;
import io.promoflow.serving.ledger.LocalLease.Writing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes this server's promises down, lease to reservation, and renews and refills its leases. */
final class Leasing {
  private static final Logger LOG = LoggerFactory.getLogger(Leasing.class);

  /** Part of a lease that is not used: clocks may drift, and a refusal is better than a lapse. */
  private static final double MARGIN = 0.1;

  private final String server;
  private final Transactions transactions;
  private final LedgerOptions options;
  private final LongSupplier nanos;
  private final Map<String, LocalLease> leases = new ConcurrentHashMap<>();

  Leasing(String server, Transactions transactions, LedgerOptions options, LongSupplier nanos) {
    this.server = server;
    this.transactions = transactions;
    this.options = options;
    this.nanos = nanos;
  }

  /** The lease of a promotion; null when the ledger has no such promotion. */
  LocalLease of(String promotion) {
    return leases.get(promotion);
  }

  boolean isPending(String decision) {
    return leases.values().stream().anyMatch(lease -> lease.isPending(decision));
  }

  /** Takes promotions up, and leases of each what a first claim may need. */
  void know(Collection<String> promotions) {
    promotions.forEach(id -> leases.computeIfAbsent(id, any -> new LocalLease()));
    renew();
  }

  void renew() {
    sync(leases.keySet());
  }

  /** Writes down what there is to write down. */
  void flush() {
    long now = nanos.getAsLong();
    var busy = new HashSet<String>();
    leases.forEach(
        (id, lease) -> {
          if (lease.hasWork(now)) {
            busy.add(id);
          }
        });
    if (!busy.isEmpty()) {
      sync(busy);
    }
  }

  /** Comes by where redemptions wait for what servers have leased. */
  void giveWanted() {
    if (leases.isEmpty()) {
      return;
    }
    Set<String> wanted = transactions.run("reading what is wanted", AccountRows::wanted);
    wanted.retainAll(leases.keySet());
    sync(wanted);
  }

  private synchronized void sync(Set<String> promotions) {
    if (promotions.isEmpty()) {
      return;
    }
    Map<String, Writing> writings = writings(promotions);
    try {
      write(writings);
    } catch (LedgerUnavailableException e) {
      throw e;
    } catch (RuntimeException e) { // what cannot be written must not keep the others from it
      writeApart(writings, e);
    }
  }

  /** Each promotion by itself; throws when one of them could not be written. */
  private void writeApart(Map<String, Writing> writings, RuntimeException why) {
    boolean whole = true;
    for (var one : writings.entrySet()) {
      try {
        writeApart(one.getKey(), one.getValue());
      } catch (LedgerUnavailableException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.debug("{} could not be written down", one.getKey(), e);
        whole = false;
      }
    }
    if (!whole) {
      throw why;
    }
  }

  private void writeApart(String promotion, Writing writing) {
    write(Map.of(promotion, writing.of(List.of(), writing.releases())));
    writeClaims(promotion, writing, writing.claims());
  }

  /** Halves them until those that the database does not take are alone, and drops these. */
  private void writeClaims(String promotion, Writing writing, List<Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    try {
      write(Map.of(promotion, writing.of(claims, Set.of())));
    } catch (RuntimeException e) {
      if (!Transactions.isOfWhatItSays(e)) {
        throw e;
      }
      if (claims.size() == 1) {
        LOG.error("cannot be written down, so nothing is kept for it: {}", claims.get(0), e);
        leases.get(promotion).drop(claims.get(0));
      } else {
        int half = claims.size() / 2;
        writeClaims(promotion, writing, claims.subList(0, half));
        writeClaims(promotion, writing, claims.subList(half, claims.size()));
      }
    }
  }

  private void write(Map<String, Writing> writings) {
    long before = nanos.getAsLong(); // the database counts from later on, so it ends later
    Map<String, Lease> held =
        transactions.run("writing promises down", connection -> write(connection, writings));
    long until = before + (long) (options.lease().toNanos() * (1 - MARGIN));
    writings.forEach(
        (id, writing) -> {
          Lease lease = held.get(id);
          if (lease != null) {
            leases.get(id).written(writing, lease, before, until);
          }
        });
  }

  private Map<String, Writing> writings(Set<String> promotions) {
    var claims = new TreeMap<String, List<Claim>>();
    promotions.forEach(id -> claims.put(id, leases.get(id).claims()));
    var writings = new TreeMap<String, Writing>();
    claims.forEach((id, of) -> writings.put(id, leases.get(id).writing(of)));
    return writings;
  }

  private Map<String, Lease> write(Connection connection, Map<String, Writing> writings)
      throws SQLException {
    Set<String> decisions = decisions(writings.values());
    var promotions = new HashSet<>(writings.keySet());
    PromiseRows.find(connection, decisions).values().stream()
        .map(Promise::promotionId)
        .forEach(promotions::add);
    NavigableMap<String, AccountRow> rows = AccountRows.lock(connection, promotions);
    Map<String, Promise> promises = PromiseRows.find(connection, decisions);
    if (promises.values().stream().anyMatch(one -> !rows.containsKey(one.promotionId()))) {
      throw Transactions.changedMeanwhile();
    }
    Map<String, Promise> logged = PromiseRows.logged(connection, givenUp(writings, promises));
    var tally = new Tally(rows, promises, logged, LeaseRows.held(connection, server));
    writings.forEach((id, writing) -> writing.releases().forEach(one -> tally.release(one, id)));
    writings.values().stream()
        .flatMap(w -> w.claims().stream())
        .sorted(Comparator.comparing(Claim::promotionId))
        .forEach(tally::reserve);
    Map<String, Lease> leased = new HashMap<>();
    writings.forEach(
        (id, writing) -> {
          if (rows.containsKey(id)) {
            leased.put(id, tally.lease(id, writing, options));
          }
        });
    tally.save(connection, server, options);
    if (tally.lapsed() > 0) {
      LOG.warn("{} promises lapsed: their lease was taken back before they came", tally.lapsed());
    }
    return leased;
  }

  private static Set<String> decisions(Collection<Writing> writings) {
    var decisions = new HashSet<String>();
    for (Writing writing : writings) {
      writing.claims().forEach(claim -> decisions.add(claim.decisionId()));
      decisions.addAll(writing.releases());
    }
    return decisions;
  }

  /** Those that claim another promotion than they promised, or give back what they promised. */
  private static Set<String> givenUp(Map<String, Writing> writings, Map<String, Promise> promises) {
    var decisions = new HashSet<String>();
    writings.forEach(
        (promotion, writing) -> {
          writing.claims().stream()
              .map(Claim::decisionId)
              .filter(id -> promises.containsKey(id) && !promises.get(id).isOf(promotion))
              .forEach(decisions::add);
          writing.releases().stream()
              .filter(id -> promises.containsKey(id) && promises.get(id).isOf(promotion))
              .forEach(decisions::add);
        });
    return decisions;
  }

  /** Gives everything back that is not promised. */
  void close() {
    flush();
    transactions.run(
        "giving leases back",
        connection -> {
          NavigableMap<String, AccountRow> rows = AccountRows.lock(connection, leases.keySet());
          LeaseRows.takeAll(connection, server)
              .forEach(
                  (id, amount) ->
                      rows.computeIfPresent(
                          id, (k, row) -> row.with(row.account().giveBack(amount))));
          AccountRows.save(connection, rows.values());
          return null;
        });
  }
}
