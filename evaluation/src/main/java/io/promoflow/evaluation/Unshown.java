package io.promoflow.evaluation;

/**
 * What is said where a shop decides and reports no view: else its tables stay empty, and nothing
 * says why.
 */
public final class Unshown {
  /** Decisions of which one at least should have been shown. */
  public static final long ENOUGH = 20;

  private Unshown() {}

  /** Of a whole experiment. */
  public static String ofExperiment(String experiment, long decisions) {
    return said("experiment " + experiment, decisions, "");
  }

  /** Of one variant; those of others may have been shown. */
  public static String ofVariant(String experiment, String variant, long decisions) {
    return said("variant " + variant + " of experiment " + experiment, decisions, ", control too");
  }

  private static String said(String of, long decisions, String whose) {
    return "%d decisions of %s, none of them shown: ".formatted(decisions, of)
        + "send Promotion Viewed with the decisionId%s, or set evaluation.exposure: DECISION"
            .formatted(whose);
  }
}
