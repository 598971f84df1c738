package io.promoflow.evaluation.offline;

import java.util.List;

/**
 * What to do, and why.
 *
 * @param code for programs
 * @param sentence for people
 * @param reasons each a clause of its own
 * @param variants what holds for each variant; empty where no variant is judged
 * @param factors what holds for each factor; empty where there are none, or none is judged
 */
public record Verdict(
    Code code,
    String sentence,
    List<String> reasons,
    List<OfVariant> variants,
    List<OfFactor> factors) {

  static Verdict ofAll(Code code, String sentence, List<String> reasons) {
    return new Verdict(code, sentence, reasons, List.of(), List.of());
  }

  /** What to do. */
  public enum Code {
    /** Better where it counts, and no guardrail suffers. */
    SHIP,
    /** Not worth it, or at a price that is too high. */
    DO_NOT_SHIP,
    /** Worse than the control. */
    HARMFUL,
    /** Not known yet. */
    INCONCLUSIVE,
    /** The groups are not comparable; nothing may be believed. */
    BROKEN_SAMPLE_RATIO,
    /** Too few units or days to say anything. */
    IMMATURE
  }

  /**
   * The verdict on one variant.
   *
   * @param variant that is judged
   * @param code for programs
   * @param reasons each a clause of its own
   */
  public record OfVariant(String variant, Code code, List<String> reasons) {}

  /**
   * The verdict on one factor.
   *
   * @param factor that is judged
   * @param code for programs
   * @param alone whether its main effect may be read without the other factors
   * @param sentence for people
   * @param reasons each a clause of its own
   */
  public record OfFactor(
      String factor, Code code, boolean alone, String sentence, List<String> reasons) {}
}
