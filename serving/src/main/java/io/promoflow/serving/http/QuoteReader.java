package io.promoflow.serving.http;

import io.promoflow.serving.Cart;
import io.promoflow.serving.quote.QuoteRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reads the body of {@code POST /v1/quotes}; refuses what breaks a rule, naming it. */
record QuoteReader(UnaryOperator<String> pseudonym, Clock clock, Duration maxAhead) {
  private static final List<String> KEYS =
      List.of("shopperId", "decisionIds", "couponCodes", "at", "cartCents", "cart");
  private static final int MOST = 20;

  QuoteRequest read(byte[] body) {
    BodyReader root = BodyReader.of(body, KEYS);
    return new QuoteRequest(
        pseudonym.apply(root.text("shopperId")),
        cart(root),
        texts(root, "decisionIds", 1),
        texts(root, "couponCodes", 0),
        root.at("at", clock, maxAhead));
  }

  /**
   * A decision may take a line without a value for the most that it can be. A quote may not: what
   * it takes off is taken off.
   */
  private static Cart cart(BodyReader root) {
    Cart cart = QuestionReader.cart(root);
    for (int i = 0; i < cart.lines().size(); i++) {
      if (cart.lines().get(i).cents() == null) {
        throw BodyReader.refused(
            "cart[" + i + "].cents must be given: a quote needs the value of every line");
      }
    }
    return cart;
  }

  private static List<String> texts(BodyReader root, String key, int least) {
    List<String> texts = root.texts(key);
    if (texts.size() < least || texts.size() > MOST) {
      throw BodyReader.refused(
          key + " must be a list of " + least + " to " + MOST + ", has " + texts.size());
    }
    if (new HashSet<>(texts).size() < texts.size()) {
      throw BodyReader.refused(key + " must name each once");
    }
    return texts;
  }
}
