package io.promoflow.deploy.shop;

import io.promoflow.ingestion.wire.Wire;
import java.util.Map;

/** Broken events that the shop sends on purpose, each with the reason that must be given for it. */
final class BrokenEvents {
  private BrokenEvents() {}

  /** The n-th broken event of a phase, made from a whole one. */
  static SentEvent make(int phase, int n, SentEvent whole) {
    String id = "broken-" + phase + "-" + n;
    Map<String, Object> json = whole.json();
    json.put("messageId", id);
    return switch (n % 5) {
      case 0 -> {
        String text = Wire.text(json);
        yield broken(whole, "NOT_JSON", text.substring(0, text.length() / 2));
      }
      case 1 -> {
        json.put("event", "Tea Drunk");
        yield broken(whole, "UNKNOWN_TYPE", Wire.text(json));
      }
      case 2 -> {
        json.remove("userId");
        yield broken(whole, "MISSING_SHOPPER_ID", Wire.text(json));
      }
      case 3 -> {
        json.put("timestamp", "2099-01-01T00:00:00Z");
        yield broken(whole, "TOO_FAR_AHEAD", Wire.text(json));
      }
      default -> {
        json.remove("messageId");
        yield broken(whole, "MISSING_EVENT_ID", Wire.text(json));
      }
    };
  }

  private static SentEvent broken(SentEvent whole, String reason, String raw) {
    return new SentEvent(
        null,
        null,
        whole.shopper(),
        whole.at(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        reason,
        raw);
  }
}
