package io.promoflow.models.training;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a challenger may replace the champion: on the same held-out rows, not worse by more than
 * the tolerance, and better than knowing nothing.
 *
 * @param metric by which they are compared
 * @param challenger its value
 * @param smallerIsBetter whether a loss
 * @param worstAllowed without a champion, what knowing nothing gives
 * @param knowingNothing what that is, in words
 * @param championVersion empty when there is none yet
 * @param championMetrics on the same rows
 * @param slack how much worse than the champion's value is still not worse
 */
record Comparison(
    String metric,
    double challenger,
    boolean smallerIsBetter,
    double worstAllowed,
    String knowingNothing,
    Optional<String> championVersion,
    Map<String, Double> championMetrics,
    double slack) {

  /** Why the challenger is refused; empty when it is not. */
  Optional<String> refusal() {
    if (!atLeastAsGood(challenger, worstAllowed)) {
      return Optional.of(worse(metric, challenger, worstAllowed, knowingNothing));
    }
    if (championVersion.isEmpty() || atLeastAsGood(challenger, limit())) {
      return Optional.empty();
    }
    return Optional.of(
        format(
            "%s %.6g is worse than %.6g of the champion %s on the same rows, beyond the tolerance"
                + " of %.3g",
            metric, challenger, championMetrics.get(metric), championVersion.get(), slack));
  }

  /** Why it is published. */
  String approval() {
    if (championVersion.isEmpty()) {
      return format(
          "first version; %s %.6g against %.6g of %s",
          metric, challenger, worstAllowed, knowingNothing);
    }
    double champion = championMetrics.get(metric);
    return atLeastAsGood(challenger, champion)
        ? format(
            "%s %.6g is not worse than %.6g of the champion %s on the same rows",
            metric, challenger, champion, championVersion.get())
        : format(
            "%s %.6g is worse than %.6g of the champion %s on the same rows, within the tolerance"
                + " of %.3g",
            metric, challenger, champion, championVersion.get(), slack);
  }

  /** In words. */
  static String worse(String metric, double value, double limit, String of) {
    return format("%s %.6g is worse than %.6g of %s", metric, value, limit, of);
  }

  private double limit() {
    double champion = championMetrics.get(metric);
    return smallerIsBetter ? champion + slack : champion - slack;
  }

  private boolean atLeastAsGood(double value, double limit) {
    return smallerIsBetter ? value <= limit : value >= limit;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
