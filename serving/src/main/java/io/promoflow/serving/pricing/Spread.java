package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cart.Line;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * How a discount lies on the lines of a cart: in proportion to their value, by largest remainders
 * (Hamilton's method), so that it adds up to the cent.
 *
 * <p>First over products, then over the lines of each product: how pieces of a product are split
 * into lines does not change what the product gets. Remainders that tie go by product and category,
 * and within a product by the value of the line, not by the order of lines.
 *
 * @param lines cents off each line of the cart, in its order; never above the line
 * @param restCents cents off what no line of known value tells of
 */
record Spread(List<Long> lines, long restCents) {

  /** Spreads at most what is covered over the covered lines. */
  static Spread over(long cents, Promotion promotion, Cart cart) {
    var products = new TreeMap<String, List<Integer>>();
    long told = 0;
    for (int i = 0; i < cart.lines().size(); i++) {
      Line line = cart.lines().get(i);
      if (line.cents() != null && line.cents() > 0 && cart.isCovered(promotion, line)) {
        products.computeIfAbsent(name(line), name -> new ArrayList<>()).add(i);
        told += line.cents();
      }
    }
    long[] off = new long[cart.lines().size()];
    var groups = new ArrayList<>(products.values());
    long[] values = new long[groups.size() + 1];
    for (int g = 0; g < groups.size(); g++) {
      values[g] = groups.get(g).stream().mapToLong(i -> cart.lines().get(i).cents()).sum();
    }
    values[groups.size()] = Math.max(0, cart.coveredCents(promotion) - told);
    long[] parts = proportional(cents, values);
    for (int g = 0; g < groups.size(); g++) {
      spreadWithin(parts[g], groups.get(g), cart, off);
    }
    return new Spread(Arrays.stream(off).boxed().toList(), parts[groups.size()]);
  }

  private static void spreadWithin(long cents, List<Integer> lines, Cart cart, long[] off) {
    var sorted = new ArrayList<>(lines);
    sorted.sort(Comparator.comparing((Integer i) -> cart.lines().get(i).cents()).reversed());
    long[] values = sorted.stream().mapToLong(i -> cart.lines().get(i).cents()).toArray();
    long[] parts = proportional(cents, values);
    for (int i = 0; i < parts.length; i++) {
      off[sorted.get(i)] = parts[i];
    }
  }

  private static String name(Line line) {
    return (line.productId() == null ? "1" : "0" + line.productId())
        + '\0'
        + (line.category() == null ? "" : line.category());
  }

  /** Parts of {@code cents} in proportion to the values; of equal remainders the first go first. */
  static long[] proportional(long cents, long[] values) {
    long sum = Arrays.stream(values).sum();
    long[] parts = new long[values.length];
    if (sum == 0 || cents == 0) {
      return parts;
    }
    var remainders = new BigInteger[values.length];
    var order = new ArrayList<Integer>();
    long left = cents;
    for (int i = 0; i < values.length; i++) {
      BigInteger[] part =
          BigInteger.valueOf(cents)
              .multiply(BigInteger.valueOf(values[i]))
              .divideAndRemainder(BigInteger.valueOf(sum));
      parts[i] = part[0].longValueExact();
      remainders[i] = part[1];
      left -= parts[i];
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer i) -> remainders[i], Collections.reverseOrder()));
    for (int i = 0; i < left; i++) {
      parts[order.get(i)]++;
    }
    return parts;
  }
}
