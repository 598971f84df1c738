package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.PlainJson;
import io.promoflow.ingestion.wire.ShortWords;
import io.promoflow.ingestion.wire.Span;
import io.promoflow.ingestion.wire.Unusual;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The quick way to read a question that tells request, trigger, shopper and value of the cart, and
 * nothing else. Anything else is left to {@link QuestionReader}.
 */
final class PlainQuestion {
  private static final int REQUEST = 0;
  private static final int TRIGGER = 1;
  private static final int SHOPPER = 2;
  private static final int CENTS = 3;
  private static final ShortWords FIELDS =
      new ShortWords(List.of("requestId", "trigger", "shopperId", "cartCents"));
  private static final Trigger[] TRIGGERS = Trigger.values();
  private static final ShortWords TRIGGER_WORDS =
      new ShortWords(Arrays.stream(TRIGGERS).map(Enum::name).toList());

  private PlainQuestion() {}

  /** The question in the bytes, asked now; null when the thorough reader has to decide. */
  static DecisionRequest read(byte[] body, Instant now, UnaryOperator<String> pseudonym) {
    try {
      var json = new PlainJson(body);
      long[] spans = new long[4];
      json.pass('{');
      for (boolean first = true; json.more('}', first); first = false) {
        int field = FIELDS.find(body, json.name());
        if (field < 0 || spans[field] != 0) {
          return null;
        }
        spans[field] = json.scalar();
      }
      json.end();
      return question(json, spans, now, pseudonym);
    } catch (Unusual e) {
      return null;
    }
  }

  private static DecisionRequest question(
      PlainJson json, long[] spans, Instant now, UnaryOperator<String> pseudonym) throws Unusual {
    int trigger =
        Span.kind(spans[TRIGGER]) == Span.ASCII
            ? TRIGGER_WORDS.find(json.bytes(), spans[TRIGGER])
            : -1;
    long cents = spans[CENTS] == 0 ? 0 : json.whole(spans[CENTS]);
    if (trigger < 0 || cents > BodyReader.MOST_CENTS) {
      return null;
    }
    String request = text(json, spans[REQUEST]);
    String shopper = text(json, spans[SHOPPER]);
    return new DecisionRequest(
        request, TRIGGERS[trigger], pseudonym.apply(shopper), now, new Cart(cents, List.of()));
  }

  private static String text(PlainJson json, long span) throws Unusual {
    if (Span.kind(span) != Span.ASCII
        || Span.length(span) > BodyReader.MOST_CHARACTERS
        || json.blank(span)) {
      throw Unusual.here();
    }
    return json.string(span);
  }
}
