package io.promoflow.serving.rules;

/** The example that we ship, for tests of other rooms. */
public final class ShippedRules {
  private ShippedRules() {}

  public static String text() {
    return RuleChecksTest.example();
  }
}
