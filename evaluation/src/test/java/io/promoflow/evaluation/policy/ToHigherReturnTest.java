package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.TestShop;
import io.promoflow.ingestion.schema.BudgetMoves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToHigherReturnTest {
  private static final Map<String, Long> EVEN = Map.of("gift", 1_000L, "ship", 1_000L);
  private static final ToHigherReturn POLICY = new ToHigherReturn();

  private static BudgetSituation situation(Map<String, Long> budgets, MeasuredReturn... returns) {
    return new BudgetSituation(Returns.LIMITS, budgets, List.of(returns), 1000);
  }

  @Test
  void aStepMovesToThePromotionThatSurelyReturnsMore() {
    var move =
        POLICY
            .propose(situation(EVEN, Returns.of("gift", 900, -1), Returns.of("ship", 900, 2)))
            .orElseThrow();
    assertThat(move.experimentId()).isEqualTo("ship-test");
    assertThat(move.proposal().to()).isEqualTo(Map.of("gift", 800.0, "ship", 1_200.0));
    var evidence = move.proposal().evidence();
    assertThat(evidence.metric()).isEqualTo("return");
    assertThat(evidence.difference()).isEqualTo(3, within(1e-12));
    assertThat(evidence.low()).isPositive().isLessThan(3);
    assertThat(evidence.p()).isPositive().isLessThan(0.05);
  }

  @Test
  void whatIsNotSureDoesNotMove() {
    assertThat(
            POLICY.propose(
                situation(EVEN, Returns.of("gift", 900, 0.9), Returns.of("ship", 900, 1))))
        .isEmpty();
    assertThat(
            POLICY.propose(situation(EVEN, Returns.of("gift", 99, -9), Returns.of("ship", 900, 9))))
        .as("too few shoppers saw the gift")
        .isEmpty();
    assertThat(POLICY.propose(situation(EVEN, Returns.of("ship", 900, 9)))).isEmpty();
  }

  @Test
  void theFloorIsKeptAndThenTheNextPairIsTaken() {
    Map<String, Long> uneven = Map.of("gift", 350L, "ship", 2_000L, "tea", 1_000L);
    var worst = Returns.of("gift", 900, -3);
    var bad = Returns.of("tea", 900, -1);
    var good = Returns.of("ship", 900, 2);
    assertThat(POLICY.propose(situation(uneven, worst, bad, good)).orElseThrow().proposal().to())
        .as("down to a tenth of 3,350")
        .isEqualTo(Map.of("gift", 335.0, "ship", 2_015.0));
    Map<String, Long> atFloor = Map.of("gift", 335L, "ship", 2_015L, "tea", 1_000L);
    assertThat(POLICY.propose(situation(atFloor, worst, bad, good)).orElseThrow().proposal().to())
        .isEqualTo(Map.of("tea", 800.0, "ship", 2_215.0));
  }

  @Test
  void aPromotionThatCostNothingYetSaysNothing() {
    var costless =
        new MeasuredReturn(
            "ship",
            "ship-test",
            "give",
            Returns.of("ship", 900, 9).profit(),
            Returns.of("ship", 900, 9).controlProfit(),
            Returns.of("ship", 900, 9).controlCost(),
            Returns.of("ship", 900, 9).controlCost());
    assertThat(POLICY.propose(situation(EVEN, Returns.of("gift", 900, -1), costless))).isEmpty();
  }

  /** The same return of both, looked at 40 times while shoppers come in. */
  @Test
  void noiseMovesABudgetLessOftenThanAlphaHoweverOftenOneLooks() {
    var limits = new BudgetMoves(List.of(), 0.1, 0.2, 100, 0.05, null, null);
    var random = new Random(7);
    int moved = 0;
    for (int run = 0; run < 300; run++) {
      var gift = new Stream(random);
      var ship = new Stream(random);
      for (int look = 0; look < 40; look++) {
        var returns = List.of(gift.more("gift"), ship.more("ship"));
        if (POLICY.propose(new BudgetSituation(limits, EVEN, returns, 1000)).isPresent()) {
          moved++;
          break;
        }
      }
    }
    assertThat(moved).isLessThanOrEqualTo(300 / 20);
  }

  /** Shoppers of both variants, 50 each at a time; cost and profit of a shopper go together. */
  private static final class Stream {
    private final Random random;
    private CellSums control = CellSums.ZERO;
    private CellSums give = CellSums.ZERO;

    Stream(Random random) {
      this.random = random;
    }

    MeasuredReturn more(String promotion) {
      for (int i = 0; i < 50; i++) {
        control = control.plus(shopper(Math.round(500 + 200 * random.nextGaussian()), 0));
        boolean used = random.nextBoolean();
        long bought = Math.round(500 + 200 * random.nextGaussian()) + (used ? 300 : 0);
        give = give.plus(shopper(bought - (used ? 100 : 0), used ? 100 : 0));
      }
      var experiment = TestShop.teaTest(0.5, false);
      var cells = Map.of(TestShop.CONTROL, control, TestShop.TEN_OFF, give);
      MeasuredReturn one = MeasuredReturn.of(experiment, List.of(cells), Metrics.shipped()).get(0);
      return new MeasuredReturn(
          promotion,
          promotion + "-test",
          one.variant(),
          one.profit(),
          one.controlProfit(),
          one.cost(),
          one.controlCost());
    }
  }

  private static CellSums shopper(long profit, long discount) {
    return CellSums.of(
        1,
        0,
        Map.of(
            Shipped.PROFIT,
            MetricSums.of(profit, 0),
            Shipped.DISCOUNT,
            MetricSums.of(discount, 0)));
  }

  /** The promotion brings 300 in each segment, but the poor segment gets it more often. */
  @Test
  void segmentsWithOtherWeightsDoNotBiasTheReturn() {
    var poor = Map.of(TestShop.CONTROL, group(100, 0, 0), TestShop.TEN_OFF, group(900, 300, 100));
    var rich =
        Map.of(TestShop.CONTROL, group(900, 5_000, 0), TestShop.TEN_OFF, group(100, 5_300, 100));
    MeasuredReturn measured =
        MeasuredReturn.of(TestShop.teaTest(0.5, false), List.of(poor, rich), Metrics.shipped())
            .get(0);
    assertThat(measured.promotionId()).isEqualTo(TestShop.TEN_OFF);
    assertThat(measured.value()).isEqualTo(3, within(1e-12));
    assertThat(measured.leastUnits()).isEqualTo(1_000);
  }

  /** Profit counts late: a segment that has no grown shoppers yet says nothing. */
  @Test
  void onlyShoppersWhoCountInBothMetricsWeigh() throws IOException {
    Path file = Files.createTempFile("late-profit", ".yaml");
    Files.writeString(
        file,
        """
        metrics:
          - {id: profit, kind: mean, of: profit, maturity: P7D, unit: cents, meaning: Grown}
        """);
    Metrics metrics = Metrics.read(file);
    Files.delete(file);
    var fresh =
        Map.of(
            TestShop.CONTROL,
            metrics.atOnce(counted(metrics, 100, 0, 0)),
            TestShop.TEN_OFF,
            metrics.atOnce(counted(metrics, 100, 0, 100)));
    var both =
        Map.of(
            TestShop.CONTROL,
            counted(metrics, 100, 0, 0),
            TestShop.TEN_OFF,
            counted(metrics, 100, 300, 100));
    MeasuredReturn measured =
        MeasuredReturn.of(TestShop.teaTest(0.5, false), List.of(both, fresh), metrics).get(0);
    assertThat(measured.value()).isEqualTo(3, within(1e-12));
    assertThat(measured.leastUnits()).isEqualTo(100);
  }

  private static CellSums counted(Metrics metrics, int units, long profit, long discount) {
    CellSums sums = CellSums.ZERO;
    for (int i = 0; i < units; i++) {
      sums =
          sums.plus(
              CellSums.of(
                  1,
                  0,
                  Map.of(
                      metrics.named("profit").orElseThrow(),
                      MetricSums.of(profit + (i % 2 == 0 ? 50 : -50), 0),
                      metrics.named("discount").orElseThrow(),
                      MetricSums.of(discount, 0))));
    }
    return sums;
  }

  private static CellSums group(int units, long profit, long discount) {
    CellSums sums = CellSums.ZERO;
    for (int i = 0; i < units; i++) {
      sums = sums.plus(shopper(profit + (i % 2 == 0 ? 50 : -50), discount));
    }
    return sums;
  }
}
