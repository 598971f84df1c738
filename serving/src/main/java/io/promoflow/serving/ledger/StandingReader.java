package io.promoflow.serving.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads how promises stand for all who wait together, one reading at a time: however many ask, they
 * take one of the ledger's connections, and redemptions have the others. When the ledger is away,
 * all who wait are told at once.
 */
final class StandingReader implements AutoCloseable {
  private static final int AT_ONCE = 500;

  private final Transactions transactions;
  private final Leasing leasing;
  private final CouponCodes codes;
  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor(StandingReader::thread);

  private record Waiting(
      Collection<Claim> claims, CompletableFuture<Map<Claim, Standing>> answer) {}

  StandingReader(Transactions transactions, Leasing leasing, CouponCodes codes) {
    this.transactions = transactions;
    this.leasing = leasing;
    this.codes = codes;
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "ledger-standings");
    thread.setDaemon(true);
    return thread;
  }

  CompletionStage<Map<Claim, Standing>> ask(Collection<Claim> claims) {
    if (claims.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    var answer = new CompletableFuture<Map<Claim, Standing>>();
    queue.add(new Waiting(claims, answer));
    try {
      thread.execute(this::read);
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new LedgerUnavailableException("the ledger is closed", e));
    }
    return answer;
  }

  private void read() {
    List<Waiting> batch = next();
    if (batch.isEmpty()) {
      return; // it went with another one
    }
    try {
      answer(batch);
    } catch (LedgerUnavailableException e) {
      fail(batch, e);
      for (batch = next(); !batch.isEmpty(); batch = next()) {
        fail(batch, e); // else each would wait for the ledger in its turn
      }
    } catch (Error e) {
      fail(batch, e);
      throw e;
    }
  }

  private void answer(List<Waiting> batch) {
    Set<Claim> claims = new HashSet<>();
    batch.forEach(one -> claims.addAll(one.claims()));
    try {
      Map<Claim, Standing> standings = read(claims);
      batch.forEach(one -> one.answer().complete(part(standings, one.claims())));
    } catch (LedgerUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        fail(batch, e);
      } else { // one that cannot be answered must not keep the others from theirs
        batch.forEach(one -> answer(List.of(one)));
      }
    }
  }

  /** Those that have no answer yet. */
  private static void fail(List<Waiting> batch, Throwable why) {
    batch.forEach(one -> one.answer().completeExceptionally(why));
  }

  private List<Waiting> next() {
    var batch = new ArrayList<Waiting>();
    int claims = 0;
    for (Waiting one = queue.poll(); one != null; one = claims < AT_ONCE ? queue.poll() : null) {
      batch.add(one);
      claims += one.claims().size();
    }
    return batch;
  }

  private Map<Claim, Standing> read(Set<Claim> claims) {
    if (claims.stream().anyMatch(one -> leasing.isPending(one.decisionId()))) {
      leasing.flush();
    }
    return transactions.read("reading promises", c -> Standing.read(c, claims, codes));
  }

  private static Map<Claim, Standing> part(
      Map<Claim, Standing> standings, Collection<Claim> claims) {
    var part = new HashMap<>(standings);
    part.keySet().retainAll(Set.copyOf(claims));
    return part;
  }

  /** Reads what waits. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
