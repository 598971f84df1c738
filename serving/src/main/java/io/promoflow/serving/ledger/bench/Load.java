package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * How much is asked of the ledger, and of which promotions.
 *
 * @param clients at the same time
 * @param redemptions that each client asks for
 * @param largeStock stock of the promotion with the largest one
 * @param budgetCents budget of the one that is bounded in money
 * @param shoppers who share the promotion with a cap per shopper
 * @param lease of the servers
 * @param seed of what the clients do
 */
public record Load(
    int clients,
    int redemptions,
    long largeStock,
    long budgetCents,
    int shoppers,
    Duration lease,
    long seed) {
  static final int CAP = 3;
  private static final int DEAREST_CENTS = 199;
  // 3 of 10 redemptions ask for 100 cents on average
  private static final long HALF_OF_THE_DEMAND_CENTS = 15;

  /** The load that is published has 64 clients and 20,000 redemptions each. */
  public static Load of(int clients, int redemptions, long seed) {
    long half = HALF_OF_THE_DEMAND_CENTS * clients * redemptions;
    return new Load(clients, redemptions, 10_000, half, 5_000, Duration.ofSeconds(3), seed);
  }

  /** The same kinds of promotions and kills in well below a minute. */
  public static Load small() {
    return new Load(16, 500, 1_000, 60_000, 100, Duration.ofSeconds(1), 1);
  }

  long asked() {
    return (long) clients * redemptions;
  }

  /** Stocks of 1, 3 and many, a budget in cents, and a cap per shopper. */
  RuleSet rules() {
    return new RuleSet(
        1,
        "stress",
        "stress",
        StressServer.NOON,
        null,
        List.of(
            promotion("stock-1", null, 1L, null),
            promotion("stock-3", null, 3L, null),
            promotion("stock-many", null, largeStock, null),
            promotion("cents", budgetCents, null, null),
            promotion("capped", null, null, CAP)),
        List.of());
  }

  /** One of them, the large ones more often. */
  static String promotion(Random random) {
    int draw = random.nextInt(10);
    return switch (draw) {
      case 0 -> "stock-1";
      case 1 -> "stock-3";
      case 2, 3, 4 -> "stock-many";
      case 5, 6, 7 -> "cents";
      default -> "capped";
    };
  }

  static int cost(Random random) {
    return 1 + random.nextInt(DEAREST_CENTS);
  }

  private static Promotion promotion(String id, Long budgetCents, Long stock, Integer cap) {
    var terms = new Promotion.Terms(null, (long) DEAREST_CENTS, null, null, null, null, null);
    return new Promotion(
        id,
        PromotionKind.SPEND_X_SAVE_Y,
        terms,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        budgetCents,
        stock,
        cap,
        0,
        null);
  }
}
