package io.promoflow.serving.pricing;

import static io.promoflow.serving.pricing.Carts.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.pricing.Stacking.Applied;
import io.promoflow.serving.pricing.Stacking.Keeper;
import io.promoflow.serving.pricing.Stacking.LeftOut;
import io.promoflow.serving.pricing.Stacking.Objection;
import io.promoflow.serving.pricing.Stacking.Stack;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** 2,000 cents: 999 of a pot and 1 of a tin, which are tea, and 1,000 of a cup. */
class StackingTest {
  private static final Cart CART =
      Carts.cart(
          List.of(
              line("pot", "tea", 1, 999), line("cup", "mugs", 3, 1_000), line("tin", "tea", 1, 1)));
  private static final Keeper ALL = (promised, price) -> Optional.empty();

  private static Promotion with(String id, int priority, String group, Terms terms) {
    return with(id, priority, group, terms, List.of());
  }

  private static Promotion with(
      String id, int priority, String group, Terms terms, List<String> categories) {
    return new Promotion(
        id,
        terms.percent() == null ? PromotionKind.SPEND_X_SAVE_Y : PromotionKind.PERCENT_OFF,
        terms,
        List.of(),
        categories,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        priority,
        group);
  }

  private static Stack stack(Promotion... promotions) {
    return stack(ALL, promotions);
  }

  private static Stack stack(Keeper keeper, Promotion... promotions) {
    return Stacking.on(CART, promises(promotions), keeper, null);
  }

  private static List<Promised> promises(Promotion... promotions) {
    return Arrays.stream(promotions)
        .map(one -> new Promised("d-" + one.id(), Cast.NOON, one))
        .toList();
  }

  private static List<String> applied(Stack stack) {
    return stack.applied().stream()
        .map(one -> one.promised().promotion().id() + " " + one.price().savedCents())
        .toList();
  }

  private static List<String> leftOut(Stack stack) {
    return stack.leftOut().stream()
        .map(one -> one.promised().promotion().id() + " " + one.objection().reason())
        .toList();
  }

  @Test
  void groupsStackByPriorityAndASharesBaseIsWhatIsLeft() {
    Stack stack =
        stack(
            with("twenty", 1, "extra", Cast.percent(20)),
            with("ten", 5, "extra", Cast.percent(10)),
            with("save", 9, "cart", Cast.amount(500, 1_000L)));
    // 500 of 2,000, then 10 % of 1,500
    assertThat(applied(stack)).containsExactly("save 500", "ten 150");
    assertThat(leftOut(stack)).containsExactly("twenty EXCLUDED_IN_GROUP");
    LeftOut twenty = stack.leftOut().get(0);
    assertThat(twenty.by().decisionId()).isEqualTo("d-ten");
    assertThat(twenty.objection().detail()).isEqualTo("ten goes first in group extra");
    assertThat(stack.applied().get(0).left().totalCents()).isEqualTo(1_500);
    assertThat(stack.left().totalCents()).isEqualTo(1_350);
  }

  @Test
  void linesBearTheirPartOfEachDiscountOneAfterTheOther() {
    Stack stack =
        stack(
            with("save", 9, "cart", Cast.amount(500, null)),
            with("half", 5, "extra", Cast.percent(50), List.of("tea")));
    // 500 on 999 : 1,000 : 1 are 249.75, 250 and 0.25; then half of 749 + 1 on 749 : 1
    assertThat(stack.applied())
        .extracting(one -> one.price().lines())
        .containsExactly(List.of(250L, 250L, 0L), List.of(375L, 0L, 0L));
    assertThat(stack.left().lines()).extracting(Cart.Line::cents).containsExactly(374L, 750L, 1L);
  }

  @Test
  void leastSpendIsMeasuredBeforeDiscounts() {
    Promotion half = with("half", 9, "cart", Cast.percent(50));
    Promotion save = with("save", 5, "extra", Cast.amount(300, 2_000L));
    assertThat(applied(stack(half, save))).containsExactly("half 1000", "save 300");
    Promotion more = with("save", 5, "extra", Cast.amount(300, 2_001L));
    Stack below = stack(half, more);
    assertThat(leftOut(below)).containsExactly("save BELOW_MINIMUM_SPEND");
    assertThat(below.leftOut().get(0).objection().detail())
        .isEqualTo("covered cart value is 2000 cents, must be at least 2001");
  }

  @Test
  void whatHasNoGroupStandsAloneOrNotAtAll() {
    Promotion alone = with("alone", 9, null, Cast.percent(10));
    Promotion grouped = with("grouped", 5, "cart", Cast.percent(10));
    Promotion late = with("late", 1, null, Cast.percent(10));
    Stack first = stack(grouped, late, alone);
    assertThat(applied(first)).containsExactly("alone 200");
    assertThat(first.leftOut())
        .extracting(one -> one.objection().reason() + ": " + one.objection().detail())
        .containsExactly(
            "STACKS_WITH_NONE: alone goes first, and stacks with none",
            "STACKS_WITH_NONE: stacks with none, and alone goes first");
    Stack second = stack(late, grouped);
    assertThat(applied(second)).containsExactly("grouped 200");
    assertThat(leftOut(second)).containsExactly("late STACKS_WITH_NONE");
  }

  @Test
  void equalPrioritiesGoByIdAcrossGroupsAndWithinOne() {
    Stack stack =
        stack(
            with("d", 5, "two", Cast.percent(10)),
            with("c", 5, "one", Cast.percent(10)),
            with("b", 5, "two", Cast.percent(10)),
            with("a", 5, "one", Cast.percent(10)));
    // 200 of 2,000, then 180 of 1,800
    assertThat(applied(stack)).containsExactly("a 200", "b 180");
    assertThat(stack.leftOut())
        .extracting(one -> one.by().promotion().id())
        .containsExactly("a", "b");
  }

  @Test
  void whatDoesNotHoldLeavesItsPlaceToTheNext() {
    Promotion coffee = with("coffee", 9, "cart", Cast.percent(50), List.of("coffee"));
    Promotion ten = with("ten", 5, "cart", Cast.percent(10));
    Stack stack = stack(ten, coffee);
    assertThat(applied(stack)).containsExactly("ten 200");
    assertThat(leftOut(stack)).containsExactly("coffee NOT_COVERED");
  }

  @Test
  void whoKeepsThePromisesIsAskedAtThePriceAndANoLeavesThePlaceToTheNext() {
    Keeper keeper =
        (promised, price) ->
            price.costCents() > 199
                ? Optional.of(new Objection(Reason.BUDGET_SPENT, "" + price.costCents()))
                : Optional.empty();
    Stack stack =
        stack(
            keeper,
            with("five", 9, "cart", Cast.percent(5)),
            with("twenty", 5, "extra", Cast.percent(20)),
            with("ten", 1, "extra", Cast.percent(10)));
    // 100 of 2,000; 380 of 1,900 is too much; 190 is not
    assertThat(applied(stack)).containsExactly("five 100", "ten 190");
    assertThat(leftOut(stack)).containsExactly("twenty BUDGET_SPENT");
    assertThat(stack.leftOut().get(0).objection().detail()).isEqualTo("380");
  }

  @Test
  void whatSavesNothingIsNotUsedUpAndLeavesItsPlaceToTheNext() {
    Promotion free = with("free", 9, "cart", Cast.percent(100), List.of("tea"));
    Promotion tea = with("tea", 5, "extra", Cast.percent(50), List.of("tea"));
    Promotion mugs = with("mugs", 1, "extra", Cast.percent(50), List.of("mugs"));
    Stack stack = stack(tea, mugs, free);
    assertThat(applied(stack)).containsExactly("free 1000", "mugs 500");
    assertThat(leftOut(stack)).containsExactly("tea SAVES_NOTHING");
    assertThat(stack.leftOut().get(0).objection().detail())
        .isEqualTo("it would save nothing on what is left of the cart");
  }

  @Test
  void aGiftCountsThoughNothingIsLeftOfTheCart() {
    Stack stack = stack(gift(300), with("all", 9, "cart", Cast.percent(100)));
    assertThat(applied(stack)).containsExactly("all 2000", "mug 990");
    assertThat(stack.left().totalCents()).isZero();
  }

  @Test
  void aPromotionThatWasPromisedTwiceCountsOnceTheOlderPromiseFirst() {
    Promotion ten = with("ten", 5, "cart", Cast.percent(10));
    var older = new Promised("d-9", Cast.NOON.minusSeconds(1), ten);
    var newer = new Promised("d-1", Cast.NOON, ten);
    Stack stack = Stacking.on(CART, List.of(newer, older), ALL, null);
    assertThat(stack.applied()).extracting(Applied::promised).containsExactly(older);
    assertThat(stack.leftOut()).extracting(LeftOut::promised).containsExactly(newer);
    var sameMoment = new Promised("d-0", Cast.NOON, ten);
    assertThat(Stacking.on(CART, List.of(newer, sameMoment), ALL, null).applied())
        .extracting(Applied::promised)
        .containsExactly(sameMoment);
  }

  private static Promotion gift(long costCents) {
    var terms = new Terms(null, costCents, null, null, null, "mug", null, List.of(), null, 990L);
    return new Promotion(
        "mug",
        PromotionKind.GIFT,
        terms,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        null,
        null,
        null,
        1,
        "gifts");
  }

  /** Of 2,000 cents 200 are made on tea and 400 on mugs; 100 must be left, so 500 may be given. */
  private static final Margin MARGIN = new Margin(0.4, 0.05, Map.of("tea", 0.2), Map.of());

  private static final Promotion SAVE = with("save", 9, "cart", Cast.amount(300, null));
  private static final Promotion TEN = with("ten", 5, "extra", Cast.percent(10));

  private static Stack leaving(Margin margin, Promotion... promotions) {
    return Stacking.on(CART, promises(promotions), ALL, margin);
  }

  private static Margin floors(Map<String, Double> floors) {
    return new Margin(MARGIN.share(), MARGIN.floor(), MARGIN.categories(), floors);
  }

  @Test
  void whatWouldTakeMoreThanTheCartCanBearIsLeftOut() {
    // 300 of 2,000, then 170 of 1,700, and 30 are left to give
    assertThat(applied(leaving(MARGIN, gift(30), TEN, SAVE)))
        .containsExactly("save 300", "ten 170", "mug 990");
    Stack dear = leaving(MARGIN, gift(31), TEN, SAVE);
    assertThat(applied(dear)).containsExactly("save 300", "ten 170");
    assertThat(leftOut(dear)).containsExactly("mug BELOW_MARGIN_FLOOR");
    assertThat(dear.leftOut().get(0).by()).as("no single one keeps it from counting").isNull();
    assertThat(dear.leftOut().get(0).objection().detail())
        .isEqualTo("with save, ten it would leave less of this cart than the rules' margin floor");
    assertThat(applied(stack(gift(31), TEN, SAVE))).as("rules without a margin").hasSize(3);
  }

  @Test
  void whatTheCartCannotBearLeavesItsPlaceToTheNext() {
    Promotion twenty = with("twenty", 7, "extra", Cast.percent(20));
    Stack stack = leaving(MARGIN, TEN, twenty, SAVE);
    // 300 of 2,000; 340 of 1,700 would be too much; 170 is not
    assertThat(applied(stack)).containsExactly("save 300", "ten 170");
    assertThat(leftOut(stack)).containsExactly("twenty BELOW_MARGIN_FLOOR");
  }

  @Test
  void aSinglePromiseAlwaysCounts() {
    Promotion half = with("half", 9, "cart", Cast.percent(50));
    assertThat(applied(leaving(MARGIN, half))).containsExactly("half 1000");
    Stack two = leaving(MARGIN, half, TEN);
    assertThat(applied(two)).containsExactly("half 1000");
    assertThat(leftOut(two)).containsExactly("ten BELOW_MARGIN_FLOOR");
  }

  @Test
  void amongFloorsOfTheirOwnTheHighestHolds() {
    Promotion half = with("half", 5, "extra", Cast.percent(50));
    assertThat(leftOut(leaving(MARGIN, SAVE, half))).containsExactly("half BELOW_MARGIN_FLOOR");
    Margin loss = floors(Map.of("save", -0.5, "half", -0.5));
    assertThat(applied(leaving(loss, SAVE, half))).containsExactly("save 300", "half 850");
    for (String one : List.of("save", "half")) {
      assertThat(leftOut(leaving(floors(Map.of(one, -0.5)), SAVE, half)))
          .as("the other one must leave the floor of the rules")
          .containsExactly("half BELOW_MARGIN_FLOOR");
    }
    assertThat(applied(leaving(MARGIN, SAVE, TEN))).hasSize(2);
    for (String one : List.of("save", "ten")) {
      assertThat(leftOut(leaving(floors(Map.of(one, 0.1)), SAVE, TEN)))
          .as("470 of 600 leave less than a tenth of 2,000")
          .containsExactly("ten BELOW_MARGIN_FLOOR");
    }
  }

  @Test
  void aCartThatIsWorthLessThanItsLinesBearsAsMuchLess() {
    // 600 are made on the lines, 300 on the cart; 50 must be left
    Cart less = new Cart(1_000, CART.lines());
    Promotion save = with("save", 9, "cart", Cast.amount(100, null));
    assertThat(Stacking.on(less, promises(save, gift(150)), ALL, MARGIN).applied()).hasSize(2);
    assertThat(Stacking.on(less, promises(save, gift(151)), ALL, MARGIN).applied()).hasSize(1);
  }

  @Test
  void whatIsOfNoKnownCategoryMayBeOfTheOneWithTheLeastMargin() {
    // 200 of 1,000 are made on either, 50 must be left
    Promotion save = with("save", 9, "cart", Cast.amount(100, null));
    Cart untold = new Cart(1_000, List.of());
    Cart nameless = Carts.cart(List.of(line("pot", null, 1, 1_000)));
    for (Cart cart : List.of(untold, nameless)) {
      assertThat(Stacking.on(cart, promises(save, gift(50)), ALL, MARGIN).applied()).hasSize(2);
      assertThat(Stacking.on(cart, promises(save, gift(51)), ALL, MARGIN).applied()).hasSize(1);
    }
    Cart coffee = Carts.cart(List.of(line("bag", "coffee", 1, 1_000)));
    assertThat(Stacking.on(coffee, promises(save, gift(250)), ALL, MARGIN).applied()).hasSize(2);
    assertThat(Stacking.on(coffee, promises(save, gift(251)), ALL, MARGIN).applied()).hasSize(1);
  }
}
