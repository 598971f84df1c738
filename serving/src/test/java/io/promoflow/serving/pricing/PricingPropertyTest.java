package io.promoflow.serving.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.Promotion.Tier;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Carts.class)
@Domain(DomainContext.Global.class)
class PricingPropertyTest {

  private static Map<String, Long> byProduct(Cart cart, Price price) {
    var sums = new HashMap<String, Long>();
    for (int i = 0; i < cart.lines().size(); i++) {
      Cart.Line line = cart.lines().get(i);
      sums.merge(line.productId() + "/" + line.category(), price.lines().get(i), Long::sum);
    }
    return sums;
  }

  @Property
  void aDiscountLiesBetweenNothingAndCapAndWhatItCovers(
      @ForAll Promotion promotion, @ForAll Cart cart) {
    Price price = Pricing.of(promotion, cart);
    Long cap = promotion.terms().maxDiscountCents();
    assertThat(price.discountCents()).isBetween(0L, cart.coveredCents(promotion));
    assertThat(price.costCents()).isBetween(0L, cap == null ? Long.MAX_VALUE : cap);
    assertThat(price.savedCents()).isNotNegative();
    if (!Pricing.isGiven(promotion.kind())) {
      assertThat(price.savedCents()).isEqualTo(price.discountCents()).isEqualTo(price.costCents());
    }
  }

  @Property
  void theLinesAddUpToTheCentAndNoneGoesBelowZero(@ForAll Promotion promotion, @ForAll Cart cart) {
    Price price = Pricing.of(promotion, cart);
    long lines = price.lines().stream().mapToLong(Long::longValue).sum();
    assertThat(lines + price.restCents()).isEqualTo(price.discountCents());
    for (int i = 0; i < cart.lines().size(); i++) {
      assertThat(price.lines().get(i)).isBetween(0L, cart.lines().get(i).cents());
      if (!cart.isCovered(promotion, cart.lines().get(i))) {
        assertThat(price.lines().get(i)).isZero();
      }
    }
  }

  @Property
  void whatNoLineTellsOfBearsItsPart(
      @ForAll Promotion promotion,
      @ForAll Cart cart,
      @ForAll @LongRange(max = 1_000_000) long more) {
    var larger = new Cart(cart.totalCents() + more, cart.lines());
    Price price = Pricing.of(promotion, larger);
    long lines = price.lines().stream().mapToLong(Long::longValue).sum();
    assertThat(lines + price.restCents()).isEqualTo(price.discountCents());
    assertThat(price.restCents()).isBetween(0L, more);
  }

  @Property
  void theOrderOfLinesMakesNoDifference(
      @ForAll Promotion promotion, @ForAll Cart cart, @ForAll long seed) {
    var shuffled = new ArrayList<>(cart.lines());
    Collections.shuffle(shuffled, new Random(seed));
    Cart other = Carts.cart(shuffled);
    Price one = Pricing.of(promotion, cart);
    Price two = Pricing.of(promotion, other);
    assertThat(two.savedCents()).isEqualTo(one.savedCents());
    assertThat(byProduct(other, two)).isEqualTo(byProduct(cart, one));
  }

  @Property
  void splittingALineChangesNeitherTheSavingNorWhatAProductGets(
      @ForAll Promotion promotion,
      @ForAll Cart cart,
      @ForAll @IntRange(max = 7) int which,
      @ForAll @IntRange(max = 1_000) int permille) {
    Assume.that(!cart.lines().isEmpty());
    int at = which % cart.lines().size();
    Cart.Line whole = cart.lines().get(at);
    long part = whole.cents() / 1_000 * permille;
    Cart split =
        Carts.cart(
            Carts.with(
                cart.lines(),
                at,
                Carts.line(whole.productId(), whole.category(), 1, part),
                Carts.line(whole.productId(), whole.category(), 1, whole.cents() - part)));
    Price one = Pricing.of(promotion, cart);
    Price two = Pricing.of(promotion, split);
    assertThat(two.savedCents()).isEqualTo(one.savedCents());
    assertThat(byProduct(split, two)).isEqualTo(byProduct(cart, one));
  }

  @Property
  void tiersAreMonotone(
      @ForAll Promotion promotion,
      @ForAll Cart cart,
      @ForAll @LongRange(max = 1_000_000) long more) {
    Promotion save =
        Cast.promotion(promotion.id(), PromotionKind.SPEND_X_SAVE_Y, promotion.terms());
    var larger = new Cart(cart.totalCents() + more, cart.lines());
    assertThat(Pricing.costCents(save, larger))
        .isGreaterThanOrEqualTo(Pricing.costCents(save, cart));
  }

  @Property
  void theCostAloneIsTheCostOfThePrice(@ForAll Promotion promotion, @ForAll Cart cart) {
    assertThat(Pricing.costCents(promotion, cart))
        .isEqualTo(Pricing.of(promotion, cart).costCents());
  }

  @Property
  void ofTheTiersReachedTheLargestAmountCounts(@ForAll @LongRange(max = 30_000) long cents) {
    var steps = List.of(new Tier(10_000, 1_500), new Tier(5_000, 500));
    var terms = new Terms(null, null, null, null, null, null, null, steps, null, null);
    Promotion save = Cast.promotion("save", PromotionKind.SPEND_X_SAVE_Y, terms);
    long expected = cents >= 10_000 ? 1_500 : cents >= 5_000 ? 500 : 0;
    assertThat(Pricing.costCents(save, new Cart(cents, List.of()))).isEqualTo(expected);
  }
}
