package io.promoflow.serving.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.pricing.Stacking.Keeper;
import io.promoflow.serving.pricing.Stacking.Objection;
import io.promoflow.serving.pricing.Stacking.Stack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    Stack stack = Stacking.on(told, promises(promotions), keeper(Long.MAX_VALUE));
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
      @ForAll long seed) {
    List<Promised> promises = promises(promotions);
    var shuffled = new ArrayList<>(promises);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Stacking.on(cart, shuffled, keeper(most)))
        .isEqualTo(Stacking.on(cart, promises, keeper(most)));
  }

  @Property
  void everyPromiseCountsOrHasAReasonAndGroupsCountOnce(
      @ForAll List<Promotion> promotions,
      @ForAll Cart cart,
      @ForAll @LongRange(min = 0, max = 2_000_000_000L) long most) {
    List<Promised> promises = promises(promotions);
    Stack stack = Stacking.on(cart, promises, keeper(most));
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
}
