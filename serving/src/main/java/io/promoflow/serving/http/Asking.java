package io.promoflow.serving.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A question that is being answered; whoever claims it answers. */
final class Asking extends CompletableFuture<Answered> implements Patience.Waiting {
  private final String id;
  private final OpenQuestions questions;
  private final AtomicBoolean claimed = new AtomicBoolean();

  /** The answer that waits for the log; null before. */
  private volatile Answered waiting;

  private long waitsSince;

  /**
   * Not answered yet.
   *
   * @param id of the decision
   * @param questions that it is one of
   */
  Asking(String id, OpenQuestions questions) {
    super();
    this.id = id;
    this.questions = questions;
  }

  String id() {
    return id;
  }

  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  void waitForLog(Answered answered) {
    waitsSince = System.nanoTime();
    waiting = answered;
  }

  @Override
  public boolean hasWaited(long nanos, long now) {
    return waiting != null && now - waitsSince >= nanos;
  }

  @Override
  public boolean giveUp() {
    return questions.answerUnlogged(this, waiting.asStale());
  }
}
