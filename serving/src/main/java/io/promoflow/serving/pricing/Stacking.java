package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.Cart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Which of a shopper's promotions hold together on a cart, in which order, and what each does.
 *
 * <p>They go by {@link #PRECEDENCE}: higher priority first, equal ones by id. Of a stacking group
 * the first that holds counts. One without a group stacks with none: it counts alone when it is the
 * first of all, and not at all otherwise. Least spend and tiers are measured on the cart before any
 * discount, shares on what the ones before have left. The order in which the promotions come makes
 * no difference.
 */
public final class Stacking {
  public static final Comparator<Promotion> PRECEDENCE =
      Comparator.comparingInt(Promotion::priority).reversed().thenComparing(Promotion::id);

  private Stacking() {}

  /** A promotion that counts, and what it does after the ones before it. */
  public record Applied(Promotion promotion, Price price) {}

  /** What counts on the cart, in order. */
  public static List<Applied> on(Cart cart, Collection<Promotion> promotions) {
    var applied = new ArrayList<Applied>();
    var taken = new HashSet<String>();
    Cart left = cart;
    for (Promotion promotion : promotions.stream().sorted(PRECEDENCE).toList()) {
      String group = promotion.stackingGroup();
      boolean free = group == null ? applied.isEmpty() : !taken.contains(group);
      if (!free || !Pricing.holds(promotion, cart)) {
        continue;
      }
      Price price = Pricing.of(promotion, cart, left);
      applied.add(new Applied(promotion, price));
      if (group == null) {
        break;
      }
      taken.add(group);
      left = left.less(price.lines(), price.restCents());
    }
    return List.copyOf(applied);
  }
}
