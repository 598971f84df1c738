package io.promoflow.serving.ledger;

import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refund may be told by HTTP, by events, or by both: it comes back once. */
class RefundsTest {
  private static final long SPENT = 900;
  private static Postgres postgres;
  private PostgresLedger ledger;
  private PostgresLedger other;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void redeem() {
    Budgets.empty(postgres);
    ledger = unattended(postgres);
    other = unattended(postgres);
    ledger.follow(rules(1, promotion("ten-off", 2_000L, 1L, null)));
    assertThat(ledger.reserve(claim("d1", "ten-off", SPENT))).isEmpty();
    ledger.flush();
    assertThat(settled(ledger, commit("k0", "d1")).spentCents()).isEqualTo(SPENT);
  }

  @AfterEach
  void close() {
    assertThat(figures(ledger, "ten-off").overspent()).isZero();
    ledger.close();
    other.close();
  }

  /** What an event of the shop makes of the promise. */
  private static Redemption told(
      String id, ShopEventType type, String order, String product, Long discount) {
    var event =
        new ShopEvent(
            id, type, "ada", null, NOON, product, null, null, 1, 5_000L, discount, "EUR", order,
            null, "d1", null, null, null, null);
    return Redemptions.of(event).orElse(null);
  }

  private static Redemption byHttp(String key, Long cents) {
    return redemption(key, "d1", Action.REFUND, cents);
  }

  /** Tells the ledger what there is to tell, and gives what the promise has cost in the rows. */
  private long spentAfter(Redemption... told) {
    for (Redemption one : told) {
      if (one != null) {
        Settlement answer = settled(ledger, one);
        assertThat(answer.settled()).isTrue();
        assertThat(settled(other, one)).as("asked again").isEqualTo(answer);
      }
    }
    assertThat(figures(ledger, "ten-off").committed())
        .isEqualTo(
            Budgets.number(postgres, "SELECT sum(spent_cents) FROM serving.budget_promises"));
    return figures(ledger, "ten-off").committed();
  }

  private static long redeemedUnits() {
    return Budgets.number(postgres, "SELECT committed_units FROM serving.budget_ledger");
  }

  @Test
  void aLineThatTellsNoDiscountGivesNothingBack() {
    assertThat(
            spentAfter(
                told("e1/2", ORDER_CANCELLED, "o1", "b", null),
                told("e2/2", ORDER_REFUNDED, "o1", "b", null),
                told("e3/2", ORDER_REFUNDED, "o1", "b", 0L)))
        .isEqualTo(SPENT);
    assertThat(redeemedUnits()).isEqualTo(1);
    assertThat(spentAfter(told("e4", ORDER_REFUNDED, "o1", null, null)))
        .as("an order as a whole gives everything back")
        .isZero();
    assertThat(redeemedUnits()).isZero();
  }

  @Test
  void whatIsToldByHttpAndByEventComesBackOnce() {
    assertThat(spentAfter(byHttp("k1", 300L), told("e9/1", ORDER_REFUNDED, "o1", "a", 300L)))
        .isEqualTo(600);
    assertThat(spentAfter(told("e9/2", ORDER_REFUNDED, "o1", "b", 200L), byHttp("k2", 200L)))
        .isEqualTo(400);
    assertThat(spentAfter(byHttp("k3", 400L))).isZero();
    assertThat(redeemedUnits()).isZero();
  }

  @Test
  void aLineThatWasCancelledAndThenPaidBackComesBackOnce() {
    assertThat(
            spentAfter(
                told("c1/1", ORDER_CANCELLED, "o1", "a", 300L),
                told("c1/2", ORDER_CANCELLED, "o1", "b", 300L),
                told("r1/1", ORDER_REFUNDED, "o1", "b", 300L)))
        .isEqualTo(300);
    assertThat(redeemedUnits()).isEqualTo(1);
  }

  @Test
  void piecesAndLinesComeBackOneAfterTheOther() {
    assertThat(
            spentAfter(
                told("r1", ORDER_REFUNDED, "o1", "a", 100L),
                told("r2", ORDER_REFUNDED, "o1", "a", 100L),
                told("r3", ORDER_REFUNDED, "o1", "b", 100L),
                told("r4", ORDER_REFUNDED, "o2", "a", 100L),
                told("c1", ORDER_CANCELLED, "o1", "c", 100L)))
        .isEqualTo(400);
  }

  @Test
  void whatTellsOfNothingGivesNoUnitBack() {
    assertThat(ledger.reserve(claim("d2", "ten-off", 0))).isPresent();
    ledger.follow(rules(2, promotion("ten-off", 2_000L, 2L, null)));
    assertThat(ledger.reserve(claim("d2", "ten-off", 0))).isEmpty();
    settled(ledger, commit("k2", "d2"));
    settled(ledger, redemption("k3", "d2", Action.REFUND, 0L));
    assertThat(redeemedUnits()).isEqualTo(2);
    settled(ledger, redemption("k4", "d2", Action.REFUND, null));
    assertThat(redeemedUnits()).isEqualTo(1);
  }

  /** In any order, at any server, with retries: what counts is the way that told most of a line. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void inWhateverOrderTheyComeTheSameComesBack(long seed) {
    var random = new Random(seed);
    var all = new ArrayList<Redemption>();
    var events = new HashMap<String, Map<ShopEventType, Long>>();
    long http = 0;
    for (int i = 0; i < 8; i++) {
      long cents = random.nextInt(120);
      String product = "p" + random.nextInt(3);
      ShopEventType type = random.nextBoolean() ? ORDER_CANCELLED : ORDER_REFUNDED;
      if (random.nextInt(3) == 0) {
        http += cents;
        all.add(byHttp("k" + i, cents));
      } else {
        events.computeIfAbsent(product, any -> new HashMap<>()).merge(type, cents, Long::sum);
        all.add(told("e" + i, type, "o1", product, cents));
      }
    }
    long byEvents =
        events.values().stream().mapToLong(told -> Collections.max(told.values())).sum();
    Collections.shuffle(all, random);
    List<Settlement> answers = new ArrayList<>();
    for (Redemption one : all) {
      answers.add(settled(random.nextBoolean() ? ledger : other, one));
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(settled(random.nextBoolean() ? ledger : other, all.get(i)))
          .isEqualTo(answers.get(i));
    }
    assertThat(figures(ledger, "ten-off").committed())
        .isEqualTo(SPENT - Math.min(SPENT, Math.max(http, byEvents)));
  }
}
