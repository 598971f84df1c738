package io.promoflow.serving.http;

import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Reads the body of {@code POST /v1/redemptions}; refuses what breaks a rule, naming it. */
record RedemptionReader(Clock clock, Duration maxAhead) {
  private static final List<String> KEYS =
      List.of("key", "decisionId", "action", "costCents", "couponCode", "at");

  Redemption read(byte[] body) {
    BodyReader root = BodyReader.of(body, KEYS);
    return new Redemption(
        root.text("key"),
        root.text("decisionId"),
        root.constant("action", Action.class),
        root.cents("costCents"),
        root.optionalText("couponCode"),
        root.at("at", clock, maxAhead));
  }
}
