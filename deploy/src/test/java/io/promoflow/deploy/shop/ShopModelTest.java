package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.deploy.shop.Draws.Purpose;
import io.promoflow.deploy.shop.ShopModel.Shopper;
import io.promoflow.deploy.shop.ShopModel.Visit;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ShopModelTest {
  private static final Season FORTNIGHT = Season.fortnight();
  private final ShopModel shop = new ShopModel(42, 3_000);

  private static List<Visit> visits(ShopModel shop) {
    return FORTNIGHT.phases().stream()
        .flatMap(phase -> shop.shoppers().stream().flatMap(s -> shop.visit(s, phase).stream()))
        .toList();
  }

  @Test
  void sameSeedSameShop() {
    assertThat(visits(new ShopModel(42, 3_000))).isEqualTo(visits(shop));
    assertThat(visits(new ShopModel(43, 3_000))).isNotEqualTo(visits(shop));
  }

  @Test
  void drawsAreUniformAndDoNotFollowEachOther() {
    var draws = new Draws(1);
    double sum = 0;
    double product = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      double u = draws.uniform(i, 3, Purpose.ORDERS);
      sum += u;
      product += (u - 0.5) * (draws.uniform(i, 4, Purpose.ORDERS) - 0.5);
    }
    assertThat(sum / count).isCloseTo(0.5, within(0.005));
    assertThat(12 * product / count).isCloseTo(0, within(0.02));
  }

  @Test
  void typesHaveTheirShares() {
    for (ShopperType type : ShopperType.values()) {
      double share =
          shop.shoppers().stream().filter(s -> s.type() == type).count()
              / (double) shop.shoppers().size();
      assertThat(share).isCloseTo(type.share(), within(0.03));
    }
  }

  @Test
  void visitsLieBeforeTheBoundaryAndReactionsAfterIt() {
    for (Visit visit : visits(shop)) {
      Instant boundary = visit.phase().middle();
      assertThat(visit.at()).isAfter(visit.phase().start()).isBefore(boundary.minusSeconds(120));
      assertThat(visit.reactsAt()).isAfter(boundary.plusSeconds(60));
      assertThat(visit.reactsAt()).isBefore(visit.phase().end().minusSeconds(120));
    }
  }

  @Test
  void bargainHuntersAreSeenByTheirViewsAndRegularsByTheirOrders() {
    ToDoubleFunction<ShopperType> views = type -> perVisit(type, v -> v.views().size());
    ToDoubleFunction<ShopperType> orders = type -> perVisit(type, this::ordersAlone);
    assertThat(views.applyAsDouble(ShopperType.PERSUADABLE))
        .isGreaterThan(2 * views.applyAsDouble(ShopperType.SURE_THING));
    assertThat(orders.applyAsDouble(ShopperType.SURE_THING))
        .isGreaterThan(5 * orders.applyAsDouble(ShopperType.PERSUADABLE));
  }

  private double ordersAlone(Visit visit) {
    return visit.cart() != null && shop.react(visit, false).ordered() ? 1 : 0;
  }

  private double perVisit(ShopperType type, ToDoubleFunction<Visit> number) {
    return visits(shop).stream()
        .filter(visit -> visit.shopper().type() == type)
        .mapToDouble(number)
        .average()
        .orElseThrow();
  }

  @Test
  void promotionNeverTakesAnOrderFromThePersuadableNorGivesOneToTheSleepingDog() {
    for (Visit visit : visits(shop)) {
      if (visit.cart() != null) {
        boolean alone = shop.react(visit, false).ordered();
        boolean promoted = shop.react(visit, true).ordered();
        Shopper who = visit.shopper();
        assertThat(who.type() == ShopperType.PERSUADABLE && alone && !promoted).isFalse();
        assertThat(who.type() == ShopperType.SLEEPING_DOG && !alone && promoted).isFalse();
      }
    }
  }

  @Test
  void morningsAreTheHalfDaysAfterMidnight() {
    assertThat(FORTNIGHT.phases()).hasSize(28);
    assertThat(FORTNIGHT.phase(0).start()).isEqualTo("2026-01-05T06:00:00Z");
    assertThat(FORTNIGHT.phase(0).isMorning()).isTrue();
    assertThat(FORTNIGHT.phase(1).isMorning()).isFalse();
    assertThat(FORTNIGHT.phase(27).middle()).isEqualTo("2026-01-19T00:00:00Z");
  }
}
