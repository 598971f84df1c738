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
 */
public record ReleaseGate(OffPolicy estimates, double leastEffectiveUnits, double mostClipped) {

  /**
   * The answer.
   *
   * @param opens whether it may be released
   * @param gain over the policy in force, per decision
   * @param reasons what speaks for it, or against
   */
  public record Verdict(boolean opens, PolicyValue gain, List<String> reasons) {}

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
                        one.expectedElsewhere() - one.reward()))
            .toList();
    PolicyValue gain = estimates.doublyRobust(gains);
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
    return new Verdict(enough && whole && better, gain, List.copyOf(reasons));
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
