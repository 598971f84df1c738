package io.promoflow.ingestion.schema;

import io.promoflow.ingestion.schema.Experiment.Variant;
import java.util.List;

/**
 * The experiment on the loop itself: shoppers who never get a promotion, whatever rules and results
 * say, against everybody else. Serving names it in the decisions of those who are held out.
 */
public final class LoopHoldout {
  /** No experiment of a rule file may have this id. */
  public static final String ID = "loop-holdout";

  /** Those who are held out, the control. */
  public static final String HELD_OUT = "holdout";

  /** Everybody else. */
  public static final String PROMOTED = "promoted";

  private LoopHoldout() {}

  /** As an experiment like any other; results never change it. */
  public static Experiment experiment(double share) {
    return new Experiment(
        ID,
        ID,
        Trigger.VISIT,
        List.of(
            new Variant(HELD_OUT, true, share, List.of()),
            new Variant(PROMOTED, false, 1 - share, List.of())),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING);
  }
}
