package io.promoflow.deploy.bench;

/**
 * What a ratio (ours ÷ rival) has to reach, written as {@code ">= 12"} or {@code "<= 0.5"}; a
 * {@code "goal >= 0.8"} is reported and fails nothing.
 *
 * @param text as it is printed
 * @param largerIsBetter whether the ratio has to be at least the bound, else at most
 * @param bound itself
 * @param goal whether missing it is no failure
 */
public record Bar(String text, boolean largerIsBetter, double bound, boolean goal) {
  private static final String GOAL = "goal ";

  /** Reads the written form. */
  public static Bar of(String text) {
    boolean goal = text.startsWith(GOAL);
    String rule = goal ? text.substring(GOAL.length()) : text;
    boolean larger = rule.startsWith(">= ");
    if (!larger && !rule.startsWith("<= ")) {
      throw new IllegalArgumentException("a bar is '>= N' or '<= N', is '" + text + "'");
    }
    return new Bar(text, larger, Double.parseDouble(rule.substring(3)), goal);
  }

  /** Whether a ratio reaches it. */
  public boolean holds(double ratio) {
    return largerIsBetter ? ratio >= bound : ratio <= bound;
  }

  /** Whether a ratio is a reason to fail. */
  public boolean fails(double ratio) {
    return !goal && !holds(ratio);
  }
}
