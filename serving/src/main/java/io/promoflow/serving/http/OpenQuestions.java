package io.promoflow.serving.http;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;

/** Questions that are being answered, and what was told lately: the same one is told the same. */
final class OpenQuestions {
  /** By decision id. */
  private final ConcurrentHashMap<String, Asking> asking = new ConcurrentHashMap<>();

  private final RememberedAnswers remembered;
  private final Repeats repeats;

  /**
   * None yet.
   *
   * @param remembered what was told
   * @param repeats which questions are new
   */
  OpenQuestions(RememberedAnswers remembered, Repeats repeats) {
    this.remembered = remembered;
    this.repeats = repeats;
  }

  /** Opens a question; the same one that is open already, or null. */
  Asking open(Asking mine) {
    return asking.putIfAbsent(mine.id(), mine);
  }

  /** Null when nobody asks it. */
  Asking find(String decisionId) {
    return asking.get(decisionId);
  }

  /** Of now and of later, whoever opens and answers them. */
  Collection<Asking> all() {
    return asking.values();
  }

  /** What was told here; null when it is not remembered. */
  Answered told(String decisionId) {
    byte[] told = remembered.find(decisionId);
    return told == null ? null : Answered.read(told);
  }

  /** Remembers first, so that whoever asks the same is always answered the same. */
  boolean answer(Asking mine, Answered answered) {
    boolean isFirst = mine.claim();
    if (isFirst) {
      try {
        remembered.put(mine.id(), answered.written());
      } finally {
        tell(mine, answered);
      }
    }
    return isFirst;
  }

  /** Answers before the log has it; false when it was answered. */
  boolean answerUnlogged(Asking mine, Answered answered) {
    repeats.note(mine.id()); // else nobody would look for what is remembered
    return answer(mine, answered);
  }

  /** Answers what is not to be remembered for it. */
  void tell(Asking mine, Answered answered) {
    asking.remove(mine.id(), mine);
    mine.complete(answered);
  }

  /** Who asks again what was told is not told the same any more. */
  void forget(Asking mine) {
    remembered.forget(mine.id());
  }

  /** A question that failed may be asked again. */
  void fail(Asking mine, Throwable why) {
    asking.remove(mine.id(), mine);
    mine.completeExceptionally(why);
  }

  /** A step to its answer; when that fails, so does the question. */
  void attempt(Asking mine, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      fail(mine, e);
    } catch (Error e) {
      fail(mine, e);
      throw e;
    }
  }
}
