package io.promoflow.serving.http;

/** Tells quickly which questions nobody can have asked before. */
public interface Repeats extends AutoCloseable {
  /** Takes every question for one that may have been asked: the archive is always looked into. */
  Repeats UNKNOWN =
      new Repeats() {
        @Override
        public boolean mayKnow(String decisionId) {
          return true;
        }

        @Override
        public void note(String decisionId) {
          // every one counts as known
        }

        @Override
        public void close() {
          // nothing is open
        }
      };

  /** False only when no server and no job has made the decision lately. */
  boolean mayKnow(String decisionId);

  /** Takes in a decision that is told before the log has it. */
  void note(String decisionId);

  @Override
  void close();
}
