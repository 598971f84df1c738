package io.promoflow.evaluation.policy;

import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;

/** When a scope may be adjusted again: one open question at a time, and no arguing with people. */
public final class AdjustmentDesk {
  private static final int ID_HEX = 24;

  private AdjustmentDesk() {}

  /** The same evidence gives the same id, so that a repeated tick repeats itself harmlessly. */
  public static String id(
      String experimentId, String segment, long tickMillis, StrategyAdjustment.Change change) {
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
   * Whether a scope is free at a tick: nothing of it is unanswered, newer, not yet in the rules, or
   * applied or reverted within its cool-down. Whatever concerns the whole experiment concerns its
   * segments.
   *
   * @param rulesVersion newest rule version that evaluation has seen
   * @param appliedMillis cool-down after an applied change, from the tick of its evidence on
   * @param revertedMillis cool-down after a reversal
   */
  public static boolean isFree(
      Collection<AdjustmentMark> marks,
      String segment,
      long tickMillis,
      long rulesVersion,
      long appliedMillis,
      long revertedMillis) {
    return marks.stream()
        .filter(AdjustmentMark::scoped)
        .filter(mark -> mark.segment() == null || Objects.equals(mark.segment(), segment))
        .noneMatch(mark -> blocks(mark, tickMillis, rulesVersion, appliedMillis, revertedMillis));
  }

  private static boolean blocks(
      AdjustmentMark mark,
      long tickMillis,
      long rulesVersion,
      long appliedMillis,
      long revertedMillis) {
    return mark.tickMillis() >= tickMillis
        || mark.status() == Status.PROPOSED
        || mark.ruleVersion() > rulesVersion
        || (mark.status() == Status.APPLIED && tickMillis < mark.tickMillis() + appliedMillis)
        || (mark.status() == Status.REVERTED
            && tickMillis < mark.revertedTickMillis() + revertedMillis);
  }
}
