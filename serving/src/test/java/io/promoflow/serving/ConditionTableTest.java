package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What conditions mean, written down by hand: one condition, one moment or shopper or cart, and
 * whether it holds. Both ways to decide have to say so.
 */
class ConditionTableTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Decider DECIDER = new Decider(new Assumptions(0.5, 1.0, 0.1, 5));

  private static Promotion fiveOff(String field, String operator, String right, String zone) {
    Operator how = Operator.valueOf(operator);
    boolean isSet = how == Operator.IN || how == Operator.NOT_IN;
    var condition =
        new Condition(
            field,
            how,
            isSet ? null : Double.valueOf(right),
            isSet ? List.of(right.split("/")) : null);
    return new Promotion(
        "five",
        PromotionKind.PERCENT_OFF,
        Cast.percent(5),
        List.of(),
        List.of(),
        List.of(condition),
        null,
        null,
        null,
        null,
        null,
        0,
        null,
        null,
        List.of(),
        zone,
        null);
  }

  private static void assertDecided(
      Promotion one, DecisionRequest asked, FeatureRow row, boolean holds) {
    RuleSet rules = rules(1, List.of(one), List.of());
    Decision inWords = DECIDER.decide(asked, row, Map.of(), rules, Caps.NONE);
    Decision briefly = DECIDER.decideBriefly(asked, row, Map.of(), rules, Caps.NONE, null);
    assertThat(inWords.promotionId()).isEqualTo(holds ? "five" : null);
    assertThat(briefly.promotionId()).isEqualTo(holds ? "five" : null);
    assertThat(inWords.candidates().get(0).loss()).isEqualTo(holds ? null : Loss.NOT_ELIGIBLE);
    assertThat(briefly.losses())
        .isEqualTo(String.valueOf(holds ? Loss.OPEN : Loss.NOT_ELIGIBLE.letter()));
  }

  private static DecisionRequest asks(Instant at, Cart cart, String channel, String level) {
    return new DecisionRequest("r1", Trigger.VISIT, ADA, at, cart, channel, level);
  }

  /** 2026-01-05 is a Monday, 2026-07-06 too; Berlin is UTC+1 in January, UTC+2 in July. */
  @ParameterizedTest
  @CsvSource({
    "hour, GE, 18, Europe/Berlin, 2026-01-05T16:59:59.999Z, false",
    "hour, GE, 18, Europe/Berlin, 2026-01-05T17:00:00Z, true",
    "hour, GE, 18, Europe/Berlin, 2026-07-06T15:59:59.999Z, false",
    "hour, GE, 18, Europe/Berlin, 2026-07-06T16:00:00Z, true",
    "hour, GE, 18, , 2026-07-06T16:00:00Z, false",
    "hour, GE, 18, , 2026-07-06T18:00:00Z, true",
    "hour, EQ, 0, America/New_York, 2026-01-05T05:30:00Z, true",
    "hour, EQ, 23, America/New_York, 2026-01-05T05:30:00Z, false",
    "hour, LT, 6, Asia/Kolkata, 2026-01-05T00:29:00Z, true",
    "hour, LT, 6, Asia/Kolkata, 2026-01-05T00:30:00Z, false",
    "hour, EQ, 2, Europe/Berlin, 2026-03-29T00:59:00Z, false",
    "hour, EQ, 3, Europe/Berlin, 2026-03-29T01:00:00Z, true",
    "weekday, IN, MONDAY, , 2026-01-05T00:00:00Z, true",
    "weekday, IN, MONDAY, , 2026-01-04T23:59:59Z, false",
    "weekday, IN, MONDAY, Europe/Berlin, 2026-01-04T22:59:59Z, false",
    "weekday, IN, MONDAY, Europe/Berlin, 2026-01-04T23:00:00Z, true",
    "weekday, IN, MONDAY, America/New_York, 2026-01-05T04:59:59Z, false",
    "weekday, IN, SUNDAY, America/New_York, 2026-01-05T04:59:59Z, true",
    "weekday, NOT_IN, SATURDAY/SUNDAY, Asia/Tokyo, 2026-01-04T14:59:00Z, false",
    "weekday, NOT_IN, SATURDAY/SUNDAY, Asia/Tokyo, 2026-01-04T15:00:00Z, true",
  })
  void timeByTheClocksOfTheZone(
      String field, String operator, String right, String zone, Instant at, boolean holds) {
    assertDecided(
        fiveOff(field, operator, right, zone),
        asks(at, new Cart(10_000, List.of()), null, null),
        null,
        holds);
  }

  @ParameterizedTest
  @CsvSource({
    "IN, app, app, true",
    "IN, app, web, false",
    "IN, app, , false",
    "IN, app/mail, mail, true",
    "NOT_IN, app, web, true",
    "NOT_IN, app, app, false",
    "NOT_IN, app, , false",
  })
  void channel(String operator, String right, String channel, boolean holds) {
    assertDecided(
        fiveOff("channel", operator, right, null),
        asks(NOON, new Cart(10_000, List.of()), channel, null),
        null,
        holds);
  }

  /** What features know, what the question tells; the question wins. */
  @ParameterizedTest
  @CsvSource({
    "IN, gold, gold, , true",
    "IN, gold, silver, , false",
    "IN, gold, , , false",
    "IN, gold, , gold, true",
    "IN, gold, silver, gold, true",
    "IN, gold, gold, silver, false",
    "IN, gold/silver, silver, , true",
    "NOT_IN, gold, silver, , true",
    "NOT_IN, gold, , , false",
    "NOT_IN, gold, gold, none, true",
    "NOT_IN, gold, silver, gold, false",
  })
  void memberLevel(String operator, String right, String known, String told, boolean holds) {
    FeatureRow row =
        new FeatureRow(
            ADA, NOON, Map.of(), known == null ? Map.of() : Map.of("member_level", known), "f1");
    DecisionRequest asked = asks(NOON, new Cart(10_000, List.of()), null, told);
    assertDecided(fiveOff("member_level", operator, right, null), asked, row, holds);
    if (known == null) {
      assertDecided(fiveOff("member_level", operator, right, null), asked, null, holds);
    }
  }

  /** Row or not, days since the last order that it tells, hours since it was made. */
  @ParameterizedTest
  @CsvSource({
    "new_shopper, IN, true, false, , 0, true",
    "new_shopper, IN, true, true, , 0, true",
    "new_shopper, IN, true, true, 0.5, 0, false",
    "new_shopper, IN, true, true, 300, 0, false",
    "new_shopper, IN, false, true, 300, 0, true",
    "new_shopper, IN, false, false, , 0, false",
    "new_shopper, NOT_IN, true, true, 3, 0, true",
    "days_since_last_order, GE, 60, true, 60, 0, true",
    "days_since_last_order, GE, 60, true, 59.5, 0, false",
    "days_since_last_order, GE, 60, true, 59.5, 11, false",
    "days_since_last_order, GE, 60, true, 59.5, 12, true",
    "days_since_last_order, GE, 60, true, 30, 720, true",
    "days_since_last_order, LT, 60, true, 30, 720, false",
    "days_since_last_order, GE, 60, true, , 2400, false",
    "days_since_last_order, LT, 60, false, , 0, false",
  })
  void ordersLongAgo(
      String field,
      String operator,
      String right,
      boolean hasRow,
      Double days,
      long hours,
      boolean holds) {
    FeatureRow row =
        hasRow
            ? new FeatureRow(
                ADA,
                NOON.minusSeconds(3_600 * hours),
                days == null ? Map.of() : Map.of("days_since_last_order", days),
                Map.of(),
                "f1")
            : null;
    assertDecided(
        fiveOff(field, operator, right, null),
        asks(NOON, new Cart(10_000, List.of()), null, null),
        row,
        holds);
  }

  /** The cart by its lines, product:category; ? is a cart of which only the value was told. */
  @ParameterizedTest
  @CsvSource({
    "cart_product, IN, p1, p1:tea p2:cups, true",
    "cart_product, IN, p1/p3, p2:cups p3:tea, true",
    "cart_product, IN, p1, p2:cups, false",
    "cart_product, IN, p1, ?, false",
    "cart_product, NOT_IN, p1, p2:cups, true",
    "cart_product, NOT_IN, p1, p1:tea p2:cups, false",
    "cart_product, NOT_IN, p1, ?, false",
    "cart_category, IN, tea, p1:tea p2:cups, true",
    "cart_category, IN, tea, p2:cups, false",
    "cart_category, IN, tea, ?, false",
    "cart_category, NOT_IN, tea, p2:cups, true",
    "cart_category, NOT_IN, tea, p1:tea, false",
    "cart_quantity, GE, 4, p1:tea p2:cups, true",
    "cart_quantity, GE, 5, p1:tea p2:cups, false",
    "cart_quantity, GE, 1, ?, false",
    "cart_products, EQ, 2, p1:tea p2:cups p1:tea, true",
    "cart_products, EQ, 3, p1:tea p2:cups p1:tea, false",
    "cart_cents, GE, 10000, ?, true",
    "cart_cents, GT, 10000, ?, false",
  })
  void cart(String field, String operator, String right, String cart, boolean holds) {
    List<Cart.Line> lines =
        cart.equals("?")
            ? List.of()
            : Arrays.stream(cart.split(" "))
                .map(line -> line.split(":"))
                .map(line -> new Cart.Line(line[0], line[1], 2, null, Instant.EPOCH))
                .toList();
    assertDecided(
        fiveOff(field, operator, right, null),
        asks(NOON, new Cart(10_000, lines), null, null),
        null,
        holds);
  }
}
