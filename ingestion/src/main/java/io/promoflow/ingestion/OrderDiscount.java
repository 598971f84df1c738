package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.ShopEvent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Spreads a discount that was told for a whole order over its lines, in proportion to their value,
 * so that the parts add up to it exactly (each line gets what the running total has gained).
 */
final class OrderDiscount {
  private OrderDiscount() {}

  static List<ShopEvent> spread(long discountCents, List<ShopEvent> lines) {
    long gross = lines.stream().mapToLong(ShopEvent::grossCents).sum();
    var discounted = new ArrayList<ShopEvent>(lines.size());
    long soFar = 0;
    long given = 0;
    for (ShopEvent line : lines) {
      soFar += line.grossCents();
      long upToHere = gross == 0 ? 0 : share(discountCents, soFar, gross);
      discounted.add(line.withDiscountCents(upToHere - given));
      given = upToHere;
    }
    return discounted;
  }

  private static long share(long discount, long part, long whole) {
    return BigInteger.valueOf(discount)
        .multiply(BigInteger.valueOf(part))
        .divide(BigInteger.valueOf(whole))
        .longValueExact();
  }
}
