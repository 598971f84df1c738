package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.ExposureRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sums rest on, kept beside them: which metrics are declared and what exposes a shopper. State
 * of another declaration is refused.
 *
 * @param metrics fingerprint of the metrics
 * @param rule what exposes
 * @param given whether somebody said so, or it is the default
 */
record KeptDeclaration(String metrics, ExposureRule rule, boolean given) {
  private static final Logger LOG = LoggerFactory.getLogger(KeptDeclaration.class);
  private static final String EXPOSED_BY = "exposed by ";
  private static final String START_ANEW =
      "start without that state and let the job read the topics again (reset the offsets of its"
          + " group to the earliest; evaluation/README, What counts)";

  static KeptDeclaration of(EvaluationOptions options) {
    return new KeptDeclaration(
        options.metrics().fingerprint(), options.exposure(), options.exposureGiven());
  }

  /** As they are kept. */
  List<String> texts() {
    return List.of(metrics, EXPOSED_BY + rule);
  }

  /** Refuses what was kept under another declaration; nothing is kept at the first start. */
  void check(Set<String> kept) {
    if (kept.isEmpty()) {
      return;
    }
    var others = new TreeSet<>(kept);
    others.removeAll(texts());
    for (String other : others) {
      String why =
          other.startsWith(EXPOSED_BY)
              ? EvaluationOptions.EXPOSURE.key() + ": shoppers were " + other + " when the"
              : EvaluationOptions.METRICS.key() + ": what is declared has changed since the";
      throw new IllegalStateException(
          why + " state was kept, so its sums do not go with it; " + START_ANEW);
    }
    if (kept.stream().noneMatch(text -> text.startsWith(EXPOSED_BY))) {
      checkUntold();
    }
  }

  /** Older state does not tell what exposed: both rules were there, and the default another. */
  private void checkUntold() {
    String key = EvaluationOptions.EXPOSURE.key();
    if (!given) {
      throw new IllegalStateException(
          key
              + ": the state does not tell how shoppers were exposed; before this version the"
              + " default was DECISION, now it is "
              + rule
              + ". To go on as before set "
              + key
              + " to what it was (DECISION where it was not set); or "
              + START_ANEW);
    }
    LOG.warn(
        "{}: the state does not tell how shoppers were exposed, so nobody can check that it was by"
            + " {}, as is set now",
        key,
        rule);
  }
}
