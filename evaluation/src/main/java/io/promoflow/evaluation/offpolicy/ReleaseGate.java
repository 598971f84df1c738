package io.promoflow.evaluation.offpolicy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whether a rule set or a model that ran in shadow may replace the one in force: only when the
 * lower bound of what it would have gained over it, on the same decisions, is above 0.
 *
 * @param estimates how values are estimated
 * @param leastEffectiveUnits as many decisions must speak for it
 * @param mostClipped share of cut weights that is tolerated
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
   * Judges the gain: doubly robust of the challenger less the reward that was got, decision by
   * decision, so that what both have in common cancels.
   */
  public Verdict judge(Collection<LoggedChoice> log) {
    List<LoggedChoice> gains =
        log.stream()
            .map(
                one ->
                    new LoggedChoice(
                        one.probability(),
                        one.wished(),
                        one.reward(),
                        one.expected(),
                        one.expectedElsewhere() - one.reward(),
                        one.unit()))
            .toList();
    return judge(estimates.doublyRobust(gains));
  }

  private Verdict judge(PolicyValue gain) {
    var reasons = new ArrayList<String>();
    boolean enough = gain.effectiveUnits() >= leastEffectiveUnits;
    boolean whole = gain.clippedShare() <= mostClipped;
    boolean better = gain.low() > 0;
    reasons.add(
        say(
            "the gain per decision is %.6g, with %.6g to %.6g; its lower bound must be above 0",
            gain.value(), gain.low(), gain.high()));
    reasons.add(
        say(
            "%.1f effective decisions speak for it, %.1f are asked for",
            gain.effectiveUnits(), leastEffectiveUnits));
    reasons.add(
        say(
            "%.2f %% of the weights were cut, %.2f %% are tolerated",
            100 * gain.clippedShare(), 100 * mostClipped));
    return new Verdict(enough && whole && better, enough && whole, gain, List.copyOf(reasons));
  }

  /** The same, when it is also known what the log says nothing of. */
  public Verdict judge(ShadowLog.Evidence evidence) {
    return judge(judge(evidence.choices()), evidence, evidence.unsupportedShare());
  }

  /**
   * The same against a policy in force that need not be the one that decided then.
   *
   * @param challenger logged decisions with its wishes
   * @param incumbent the same decisions with the wishes of the one in force
   */
  public Verdict judge(ShadowLog.Evidence challenger, ShadowLog.Evidence incumbent) {
    return judge(
        judge(estimates.gain(challenger.choices(), incumbent.choices())),
        challenger,
        Math.max(challenger.unsupportedShare(), incumbent.unsupportedShare()));
  }

  private Verdict judge(Verdict seen, ShadowLog.Evidence evidence, double unsupported) {
    var reasons = new ArrayList<>(seen.reasons);
    boolean supported = unsupported <= mostUnseen;
    boolean known = evidence.unknownShare() <= mostUnseen;
    reasons.add(
        say(
            "%.2f %% of its choices were never made in such a situation, %.2f %% are tolerated",
            100 * unsupported, 100 * mostUnseen));
    reasons.add(
        say(
            "%.2f %% of the decisions cannot be made again as they were, %.2f %% are tolerated",
            100 * evidence.unknownShare(), 100 * mostUnseen));
    return new Verdict(
        seen.opens && supported && known,
        seen.canJudge && supported && known,
        seen.gain,
        List.copyOf(reasons));
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
