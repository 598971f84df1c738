package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reads the body of {@code POST /v1/decisions}; refuses what breaks a rule, naming it. */
final class QuestionReader {
  private static final List<String> KEYS =
      List.of(
          "requestId",
          "trigger",
          "shopperId",
          "at",
          "cartCents",
          "productIds",
          "cart",
          "channel",
          "memberLevel");
  private static final List<String> LINE_KEYS =
      List.of("productId", "category", "cents", "quantity");
  private static final long MOST_PIECES = 1_000_000;

  private final UnaryOperator<String> pseudonym;
  private final Clock clock;
  private final Duration maxAhead;

  QuestionReader(UnaryOperator<String> pseudonym, Clock clock, Duration maxAhead) {
    this.pseudonym = pseudonym;
    this.clock = clock;
    this.maxAhead = maxAhead;
  }

  DecisionRequest read(byte[] body) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    DecisionRequest plain = PlainQuestion.read(body, now, pseudonym);
    return plain == null ? readThoroughly(body) : plain;
  }

  DecisionRequest readThoroughly(byte[] body) {
    BodyReader root = BodyReader.of(body, KEYS);
    return new DecisionRequest(
        root.text("requestId"),
        root.constant("trigger", Trigger.class),
        pseudonym.apply(root.text("shopperId")),
        root.at("at", clock, maxAhead),
        cart(root),
        root.optionalText("channel"),
        root.optionalText("memberLevel"));
  }

  /** The cart of a body that has the fields for one. */
  static Cart cart(BodyReader root) {
    var lines = new ArrayList<Cart.Line>();
    for (BodyReader line : root.objects("cart", LINE_KEYS)) {
      Long pieces = line.whole("quantity", 1, MOST_PIECES);
      lines.add(
          new Cart.Line(
              line.optionalText("productId"),
              line.optionalText("category"),
              pieces == null ? 1 : Math.toIntExact(pieces),
              line.cents("cents"),
              Instant.EPOCH));
    }
    for (String product : root.texts("productIds")) {
      lines.add(new Cart.Line(product, null, 1, null, Instant.EPOCH));
    }
    Long total = root.cents("cartCents");
    long sum = lines.stream().mapToLong(l -> l.cents() == null ? 0 : l.cents()).sum();
    return new Cart(total == null ? sum : total, List.copyOf(lines));
  }
}
