package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.Promotion.Tier;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Carts and promotions of every kind, for properties. */
final class Carts extends DomainContextBase {
  static final List<String> PRODUCTS = List.of("p1", "p2", "p3", "p4");
  static final List<String> CATEGORIES = List.of("tea", "mugs");
  private static final long MOST_LINE = 1_000_000_000L;

  static Cart cart(List<Cart.Line> lines) {
    return new Cart(lines.stream().mapToLong(Cart.Line::cents).sum(), List.copyOf(lines));
  }

  static Cart.Line line(String product, String category, int quantity, long cents) {
    return new Cart.Line(product, category, quantity, cents, Cast.NOON);
  }

  @Provide
  Arbitrary<Cart> carts() {
    Arbitrary<Cart.Line> lines =
        Combinators.combine(
                Arbitraries.of(PRODUCTS).injectNull(0.1),
                Arbitraries.of(CATEGORIES).injectNull(0.1),
                Arbitraries.integers().between(1, 5),
                Arbitraries.longs().between(0, MOST_LINE))
            .as(Carts::line);
    return lines.list().ofMaxSize(8).map(Carts::cart);
  }

  @Provide
  Arbitrary<Promotion> promotions() {
    return Combinators.combine(
            Arbitraries.of(PromotionKind.class),
            terms(),
            Arbitraries.subsetOf(PRODUCTS),
            Arbitraries.subsetOf(CATEGORIES),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of("a", "b").injectNull(0.2),
            Arbitraries.integers().between(0, 1_000_000))
        .as(
            (kind, terms, products, categories, priority, group, id) ->
                new Promotion(
                    "x" + id,
                    kind,
                    terms,
                    List.copyOf(products),
                    List.copyOf(categories),
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    priority,
                    group));
  }

  private static Arbitrary<Terms> terms() {
    Arbitrary<Long> cents = Arbitraries.longs().between(0, 2 * MOST_LINE);
    Arbitrary<List<Tier>> tiers =
        Combinators.combine(cents, cents).as(Tier::new).list().ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.doubles().between(0, 100).ofScale(2).injectNull(0.3),
            cents,
            cents.injectNull(0.5),
            cents.injectNull(0.5),
            tiers,
            cents.injectNull(0.5))
        .as(
            (percent, amount, least, cap, steps, value) ->
                new Terms(percent, amount, least, cap, "c", "g", "gold", steps, null, value));
  }

  static List<Cart.Line> with(List<Cart.Line> lines, int at, Cart.Line... instead) {
    var after = new ArrayList<>(lines);
    after.remove(at);
    after.addAll(at, List.of(instead));
    return after;
  }
}
