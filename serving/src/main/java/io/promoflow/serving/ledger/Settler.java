package io.promoflow.serving.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Settles what waits together in one transaction: the more there is, the more go at once. When the
 * ledger is away, all who wait are told at once.
 */
final class Settler implements AutoCloseable {
  private static final int AT_ONCE = 500;

  /** More than are settled in the time that anybody waits for an answer. */
  static final int MOST_WAITING = 10_000;

  private final Transactions transactions;
  private final Leasing leasing;
  private final LedgerOptions options;
  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread = new Thread(this::work, "ledger-settlements");
  private volatile boolean closed;

  private record Waiting(
      Redemption asked, boolean carryOut, CompletableFuture<Settlement> answer) {}

  Settler(Transactions transactions, Leasing leasing, LedgerOptions options) {
    this.transactions = transactions;
    this.leasing = leasing;
    this.options = options;
    thread.setDaemon(true);
    thread.start();
  }

  CompletionStage<Settlement> ask(Redemption asked, boolean carryOut) {
    var answer = new CompletableFuture<Settlement>();
    if (asked.costCents() != null && asked.costCents() < 0) {
      answer.completeExceptionally(
          new IllegalArgumentException("a redemption costs at least 0 cents, not " + asked));
      return answer;
    }
    if (!queue.offer(new Waiting(asked, carryOut, answer))) {
      answer.completeExceptionally(
          new LedgerUnavailableException(MOST_WAITING + " redemptions wait already", null));
    } else if (closed) {
      refuseTheRest();
    }
    return answer;
  }

  private void work() {
    while (!closed || !queue.isEmpty()) {
      try {
        Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          settle(next(first));
        }
      } catch (InterruptedException e) {
        break;
      }
    }
    refuseTheRest();
  }

  private List<Waiting> next(Waiting first) {
    var batch = new ArrayList<Waiting>(List.of(first));
    for (Waiting one = queue.peek();
        one != null
            && batch.size() < AT_ONCE
            && one.carryOut() == first.carryOut()
            && queue.remove(one); // else it was refused: the ledger is being closed
        one = queue.peek()) {
      batch.add(one);
    }
    // trying out is for one alone: it would see what those before it would have done
    return batch;
  }

  private void settle(List<Waiting> batch) {
    try {
      answer(batch);
    } catch (LedgerUnavailableException e) { // of those too that were not tried: each would wait
      batch.forEach(one -> one.answer().completeExceptionally(e));
      refuseAll(e);
    }
  }

  private void answer(List<Waiting> batch) {
    try {
      if (batch.stream().anyMatch(one -> leasing.isPending(one.asked().decisionId()))) {
        leasing.flush();
      }
      List<Redemption> asked = batch.stream().map(Waiting::asked).toList();
      if (batch.get(0).carryOut()) {
        List<Settlement> answers =
            transactions.run("settling", c -> SettlementBatch.answer(c, asked, options));
        for (int i = 0; i < answers.size(); i++) {
          batch.get(i).answer().complete(answers.get(i));
        }
      } else {
        batch.forEach(this::tryOut);
      }
    } catch (LedgerUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        batch.get(0).answer().completeExceptionally(e);
      } else { // one that cannot be answered must not keep the others from theirs
        batch.forEach(one -> answer(List.of(one)));
      }
    }
  }

  private void tryOut(Waiting one) {
    List<Redemption> asked = List.of(one.asked());
    one.answer()
        .complete(
            transactions
                .tryOut("trying a redemption out", c -> SettlementBatch.answer(c, asked, options))
                .get(0));
  }

  private void refuseTheRest() {
    refuseAll(new LedgerUnavailableException("the ledger is closed", null));
  }

  /** Those that wait now: who asks anew meanwhile has the ledger tried once more. */
  private void refuseAll(LedgerUnavailableException why) {
    var waiting = new ArrayList<Waiting>();
    queue.drainTo(waiting);
    waiting.forEach(one -> one.answer().completeExceptionally(why));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
