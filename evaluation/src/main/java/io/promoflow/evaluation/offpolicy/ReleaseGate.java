package io.promoflow.evaluation.offpolicy;

import java.util.List;
import java.util.Locale;

/**
 * Whether a rule set or a model that ran in shadow may replace the one in force: only when the
 * lower bound of what it would have gained over it, on the same decisions, is above 0.
 *
 * @param estimates how values are estimated
 * @param leastEffectiveUnits as many decisions must speak for it
 * @param mostClipped share of the weight that may be cut away, see {@link PolicyValue#clippedShare}
 * @param mostUnseen share of choices that the log says nothing of, and of decisions that could not
 *     be made again, that is tolerated each
 */
public record ReleaseGate(
    OffPolicy estimates, double leastEffectiveUnits, double mostClipped, double mostUnseen) {

  /** One that tolerates a hundredth of unseen choices. */
  public ReleaseGate(OffPolicy estimates, double leastEffectiveUnits, double mostClipped) {
    this(estimates, leastEffectiveUnits, mostClipped, 0.01);
  }

  /**
   * The answer.
   *
   * @param opens whether it may be released
   * @param canJudge whether the log says enough of it; when not, the gain means little
   * @param gain over the policy in force, per decision
   * @param reasons what speaks for it, or against
   */
  public record Verdict(boolean opens, boolean canJudge, PolicyValue gain, List<String> reasons) {}

  /**
   * Judges the gain: the difference of both doubly robust values, decision by decision, so that
   * what both have in common cancels.
   *
   * @param challenger logged decisions with its wishes
   * @param incumbent the same decisions with the wishes of the one in force, which need not be the
   *     one that decided then
   */
  public Verdict judge(ShadowLog.Evidence challenger, ShadowLog.Evidence incumbent) {
    PolicyValue gain = estimates.gain(challenger.choices(), incumbent.choices());
    double unsupported = Math.max(challenger.unsupportedShare(), incumbent.unsupportedShare());
    double unknown = challenger.unknownShare();
    boolean canJudge =
        gain.effectiveUnits() >= leastEffectiveUnits
            && gain.clippedShare() <= mostClipped
            && unsupported <= mostUnseen
            && unknown <= mostUnseen;
    return new Verdict(
        canJudge && gain.low() > 0, canJudge, gain, reasons(gain, unsupported, unknown));
  }

  private List<String> reasons(PolicyValue gain, double unsupported, double unknown) {
    return List.of(
        say(
            "the gain per decision is %.6g, with %.6g to %.6g; its lower bound must be above 0",
            gain.value(), gain.low(), gain.high()),
        say(
            "%.1f effective decisions speak for it, %.1f are asked for",
            gain.effectiveUnits(), leastEffectiveUnits),
        say(
            "%.2f %% of the weight was cut away, %.2f %% are tolerated",
            100 * gain.clippedShare(), 100 * mostClipped),
        say(
            "%.2f %% of its choices were never made in such a situation, %.2f %% are tolerated",
            100 * unsupported, 100 * mostUnseen),
        say(
            "%.2f %% of the decisions cannot be made again as they were, %.2f %% are tolerated",
            100 * unknown, 100 * mostUnseen));
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
