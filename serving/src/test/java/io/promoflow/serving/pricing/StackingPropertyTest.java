package io.promoflow.serving.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.pricing.Stacking.Applied;
import io.promoflow.serving.pricing.Stacking.Keeper;
import io.promoflow.serving.pricing.Stacking.LeftOut;
import io.promoflow.serving.pricing.Stacking.Objection;
import io.promoflow.serving.pricing.Stacking.Stack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Carts.class)
@Domain(DomainContext.Global.class)
class StackingPropertyTest {

  /** Some of one promotion, as when a shopper was promised it twice. */
  private static List<Promised> promises(List<Promotion> promotions) {
    var promises = new ArrayList<Promised>();
    for (Promotion one : promotions) {
      promises.add(new Promised("d-" + promises.size(), Cast.NOON, one));
      if (one.priority() == 2) {
        promises.add(new Promised("d-" + promises.size(), Cast.NOON.minusSeconds(9), one));
      }
    }
    return promises;
  }

  /** Says no to some, by what they cost. */
  private static Keeper keeper(long most) {
    return (promised, price) ->
        price.costCents() > most
            ? Optional.of(new Objection(Reason.BUDGET_SPENT, "too much"))
            : Optional.empty();
  }

  @Property
  void discountsNeverExceedTheCartNorALine(
      @ForAll List<Promotion> promotions,
      @ForAll Cart cart,
      @ForAll @LongRange(min = -2_000_000_000L, max = 2_000_000_000L) long untold) {
    var told = new Cart(Math.max(0, cart.totalCents() + untold), cart.lines());
    Stack stack = Stacking.on(told, promises(promotions), keeper(Long.MAX_VALUE), null);
    long off = stack.applied().stream().mapToLong(one -> one.price().discountCents()).sum();
    assertThat(off).isLessThanOrEqualTo(told.totalCents());
    assertThat(stack.left().totalCents()).isEqualTo(told.totalCents() - off);
    for (int i = 0; i < cart.lines().size(); i++) {
      int line = i;
      long offLine = stack.applied().stream().mapToLong(one -> one.price().lines().get(line)).sum();
      assertThat(offLine).isLessThanOrEqualTo(cart.lines().get(line).cents());
      assertThat(stack.left().lines().get(line).cents())
          .isEqualTo(cart.lines().get(line).cents() - offLine);
    }
  }

  @Property
  void theOrderInWhichPromisesComeMakesNoDifference(
      @ForAll List<Promotion> promotions,
      @ForAll Cart cart,
      @ForAll @LongRange(min = 0, max = 2_000_000_000L) long most,
      @ForAll("margins") Margin margin,
      @ForAll long seed) {
    List<Promised> promises = promises(promotions);
    var shuffled = new ArrayList<>(promises);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Stacking.on(cart, shuffled, keeper(most), margin))
        .isEqualTo(Stacking.on(cart, promises, keeper(most), margin));
  }

  @Property
  void everyPromiseCountsOrHasAReasonAndGroupsCountOnce(
      @ForAll List<Promotion> promotions,
      @ForAll Cart cart,
      @ForAll @LongRange(min = 0, max = 2_000_000_000L) long most,
      @ForAll("margins") Margin margin) {
    List<Promised> promises = promises(promotions);
    Stack stack = Stacking.on(cart, promises, keeper(most), margin);
    assertThat(stack.applied().size() + stack.leftOut().size()).isEqualTo(promises.size());
    assertThat(stack.applied())
        .extracting(one -> String.valueOf(one.promised().promotion().stackingGroup()))
        .doesNotHaveDuplicates();
    if (stack.applied().stream().anyMatch(a -> a.promised().promotion().stackingGroup() == null)) {
      assertThat(stack.applied()).hasSize(1);
    }
    assertThat(stack.applied())
        .allMatch(one -> one.price().savedCents() > 0 || one.price().costCents() > 0)
        .allMatch(one -> one.price().costCents() <= most);
  }

  /** In hundredths, so that they can be reckoned in whole numbers. */
  @Provide
  Arbitrary<Margin> margins() {
    Arbitrary<Double> shares = Arbitraries.integers().between(0, 100).map(one -> one / 100.0);
    Arbitrary<Double> floors = Arbitraries.integers().between(-100, 60).map(one -> one / 100.0);
    return Combinators.combine(shares, floors, shares)
        .as((share, floor, tea) -> new Margin(share, floor, Map.of("tea", tea), Map.of()));
  }

  /** Hundredths of cents that a cart leaves beyond the floor when this is given. */
  private static long leftBeyondFloor(Cart cart, Margin margin, long costCents) {
    long share = Math.round(100 * margin.share());
    long tea = Math.round(100 * margin.categories().get("tea"));
    long left = -100 * costCents - Math.round(100 * margin.floor()) * cart.totalCents();
    for (Cart.Line line : cart.lines()) {
      long own = line.category() == null ? Math.min(share, tea) : share;
      left += line.cents() * ("tea".equals(line.category()) ? tea : own);
    }
    return left;
  }

  private static long cost(List<Applied> applied) {
    return applied.stream().mapToLong(one -> one.price().costCents()).sum();
  }

  @Property
  void severalPromisesNeverLeaveLessThanTheFloorAndNoneIsLeftOutThatWould(
      @ForAll List<Promotion> promotions, @ForAll Cart cart, @ForAll("margins") Margin margin) {
    Stack stack = Stacking.on(cart, promises(promotions), keeper(Long.MAX_VALUE), margin);
    if (stack.applied().size() > 1) {
      assertThat(leftBeyondFloor(cart, margin, cost(stack.applied()))).isNotNegative();
    }
    for (LeftOut out : stack.leftOut()) {
      if (out.objection().reason() == Reason.BELOW_MARGIN_FLOOR) {
        List<Applied> before =
            stack.applied().stream()
                .filter(one -> Stacking.ORDER.compare(one.promised(), out.promised()) < 0)
                .toList();
        assertThat(before).isNotEmpty();
        Cart left = before.get(before.size() - 1).left();
        long own = Pricing.of(out.promised().promotion(), cart, left).costCents();
        assertThat(leftBeyondFloor(cart, margin, cost(before) + own)).isNegative();
      }
    }
  }

  @Property
  void aSinglePromiseAndTheFirstOfSeveralCountAsWithoutAMargin(
      @ForAll List<Promotion> promotions, @ForAll Cart cart, @ForAll("margins") Margin margin) {
    Keeper all = keeper(Long.MAX_VALUE);
    List<Promised> promises = promises(promotions);
    for (Promised one : promises) {
      assertThat(Stacking.on(cart, List.of(one), all, margin))
          .isEqualTo(Stacking.on(cart, List.of(one), all, null));
    }
    assertThat(Stacking.on(cart, promises, all, margin).applied().stream().findFirst())
        .isEqualTo(Stacking.on(cart, promises, all, null).applied().stream().findFirst());
  }
}
