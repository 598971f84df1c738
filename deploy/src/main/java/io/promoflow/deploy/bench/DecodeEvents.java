package io.promoflow.deploy.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Raw events of a shop as its trackers write them, about 265 bytes each. */
final class DecodeEvents {
  private static final Instant START = Instant.parse("2026-01-05T12:00:00Z");
  private static final String[] CATEGORIES = {"tea", "coffee", "kitchen", "garden", "books"};
  private static final String[] BRANDS = {"Northwind", "Contoso", "Fabrikam", "Tailspin"};
  private static final String[] WORDS = {"green", "large", "black", "gift", "steel", "organic"};

  private final UniformRandomProvider random;

  DecodeEvents(long seed) {
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  byte[] next() {
    int kind = random.nextInt(100);
    String body;
    if (kind < 50) {
      body = head("Product Viewed") + product() + ",\"dwellMillis\":" + random.nextInt(90_000);
    } else if (kind < 65) {
      body = head("Product Added") + product() + ",\"quantity\":" + (1 + random.nextInt(4));
    } else if (kind < 77) {
      body = head("Products Searched") + ",\"query\":\"" + words(5) + "\",\"dwellMillis\":800";
    } else if (kind < 89) {
      body = head("Order Completed") + ",\"properties\":" + order();
    } else if (kind < 95) {
      body = head("Promotion Clicked") + product() + ",\"promotionId\":\"spring-" + id(40) + "\"";
    } else {
      body = head("Product Reviewed") + review();
    }
    return ("{" + body + "}").getBytes(StandardCharsets.UTF_8);
  }

  private String head(String event) {
    return "\"messageId\":\""
        + Long.toHexString(random.nextLong() | Long.MIN_VALUE)
        + "\",\"event\":\""
        + event
        + "\",\"userId\":\"shopper-"
        + id(100_000)
        + "\",\"timestamp\":\""
        + START.plusMillis(random.nextInt(86_400_000))
        + "\",\"sessionId\":\"session-"
        + id(1_000_000)
        + "\"";
  }

  private String product() {
    return ",\"productId\":\"product-"
        + id(5_000)
        + "\",\"category\":\""
        + one(CATEGORIES)
        + "\",\"brand\":\""
        + one(BRANDS)
        + "\",\"price\":"
        + price()
        + ",\"currency\":\"EUR\"";
  }

  private String order() {
    var lines = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      lines
          .append(lines.isEmpty() ? "" : ",")
          .append("{\"product_id\":\"product-" + id(5_000) + "\",\"category\":\"")
          .append(one(CATEGORIES) + "\",\"price\":" + price())
          .append(",\"quantity\":" + (1 + random.nextInt(3)) + "}");
    }
    return "{\"order_id\":\"o-"
        + id(1 << 20)
        + "\",\"currency\":\"EUR\",\"products\":["
        + lines
        + "]}";
  }

  private String review() {
    return ",\"productId\":\"product-"
        + id(5_000)
        + "\",\"rating\":"
        + (1 + random.nextInt(5))
        + ",\"text\":\""
        + words(12)
        + "\"";
  }

  private String price() {
    return String.format(Locale.ROOT, "%d.%02d", random.nextInt(200), random.nextInt(100));
  }

  private String words(int count) {
    var words = new StringBuilder(one(WORDS));
    for (int i = 1; i < count; i++) {
      words.append(' ').append(one(WORDS));
    }
    return words.toString();
  }

  private String one(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private int id(int below) {
    return random.nextInt(below);
  }
}
