package io.promoflow.evaluation.policy;

import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** When a scope may be adjusted again: one open question at a time, and no arguing with people. */
public final class AdjustmentDesk {
  private static final int ID_HEX = 24;

  private AdjustmentDesk() {}

  /**
   * What is to be asked for.
   *
   * @param segment scope; null for the whole experiment
   * @param change what it changes
   * @param metric of its evidence
   * @param tickMillis tick of its evidence
   * @param rulesVersion newest rule version that evaluation has seen
   */
  public record Question(
      String segment, Change change, String metric, long tickMillis, long rulesVersion) {
    private boolean isPause() {
      return change == Change.PAUSE;
    }
  }

  /**
   * How long a scope is left alone, event time.
   *
   * @param appliedMillis after the tick whose change was applied; a pause does not wait for it
   * @param revertedMillis after a reversal by a person
   * @param unansweredMillis after the tick of a proposal that nobody answers
   */
  public record Patience(long appliedMillis, long revertedMillis, long unansweredMillis) {}

  /** The same evidence gives the same id, so that a repeated tick repeats itself harmlessly. */
  public static String id(String experimentId, String segment, long tickMillis, Change change) {
    String text = experimentId + '|' + segment + '|' + tickMillis + '|' + change;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "a-" + HexFormat.of().formatHex(hash).substring(0, ID_HEX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Whether a scope is free at a tick: nothing of it waits for an answer, is newer, not yet in the
   * rules, or applied or reverted within its cool-down. Whatever concerns the whole experiment
   * concerns its segments.
   *
   * <p>A pause is the brake. It waits for no change of weights, whether open, applied or reverted,
   * but for an open pause, and for a person who has undone one on the same metric.
   */
  public static boolean isFree(
      Collection<AdjustmentMark> marks, Question question, Patience patience) {
    return marks.stream()
        .filter(AdjustmentMark::scoped)
        .filter(mark -> mark.segment() == null || mark.segment().equals(question.segment()))
        .filter(mark -> !question.isPause() || mark.mayBePause())
        .noneMatch(mark -> blocks(mark, question, patience));
  }

  /** Metrics on which a person has undone a pause, and has the last word for the time being. */
  public static Set<String> undone(
      Collection<AdjustmentMark> marks, long tickMillis, Patience patience) {
    return marks.stream()
        .filter(mark -> mark.change() == Change.PAUSE && mark.status() == Status.REVERTED)
        .filter(mark -> tickMillis < mark.revertedTickMillis() + patience.revertedMillis())
        .map(AdjustmentMark::metric)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean blocks(AdjustmentMark mark, Question question, Patience patience) {
    long tick = question.tickMillis();
    if (mark.tickMillis() >= tick || mark.ruleVersion() > question.rulesVersion()) {
      return true;
    }
    return switch (mark.status()) {
      case PROPOSED -> tick < mark.tickMillis() + patience.unansweredMillis();
      case APPLIED -> !question.isPause() && tick < mark.tickMillis() + patience.appliedMillis();
      case REVERTED ->
          (!question.isPause() || Objects.equals(mark.metric(), question.metric()))
              && tick < mark.revertedTickMillis() + patience.revertedMillis();
      case REFUSED -> false;
    };
  }
}
