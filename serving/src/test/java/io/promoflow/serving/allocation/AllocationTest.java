package io.promoflow.serving.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;

class AllocationTest {
  private static final Limits NONE = new Limits(Map.of(), Map.of(), null);

  private static List<List<Offer>> one(double... gains) {
    var sample = new ArrayList<List<Offer>>();
    for (double gain : gains) {
      sample.add(List.of(new Offer("a", gain, 100, 1)));
    }
    return sample;
  }

  @Test
  void whatIsPlentyIsFree() {
    var allocation =
        Allocation.solve(one(30, 20, 10), new Limits(Map.of("a", 301.0), Map.of("a", 4.0), 4.0));
    assertThat(allocation.prices().get("a")).isEqualTo(DualPrices.Price.FREE);
    assertThat(allocation.contactCents()).isZero();
    assertThat(allocation.profitCents()).isEqualTo(60);
  }

  @Test
  void aBudgetForOneAndAHalfHasThePriceOfTheSecond() {
    var allocation =
        Allocation.solve(one(30, 20, 10), new Limits(Map.of("a", 150.0), Map.of(), null));
    assertThat(allocation.prices().get("a").perBudgetCent()).isCloseTo(0.2, within(1e-6));
    assertThat(allocation.profitCents()).isCloseTo(40, within(1e-4)); // 30 and half of 20
  }

  @Test
  void unitsAndContactsHavePricesToo() {
    var stock = Allocation.solve(one(30, 20, 10), new Limits(Map.of(), Map.of("a", 1.5), null));
    assertThat(stock.prices().get("a").perUnit()).isCloseTo(20, within(1e-4));
    var contacts = Allocation.solve(one(30, 20, 10), new Limits(Map.of(), Map.of(), 1.5));
    assertThat(contacts.contactCents()).isCloseTo(20, within(1e-4));
  }

  @Test
  void withoutLimitsEveryoneGetsTheBestAndNobodyALoss() {
    var allocation = Allocation.solve(one(30, -20, 10), NONE);
    assertThat(allocation.prices()).isEmpty();
    assertThat(allocation.profitCents()).isEqualTo(40);
  }

  @Test
  void anEmptySampleOrAnEmptyBudgetIsNoError() {
    assertThat(Allocation.solve(List.of(), NONE).profitCents()).isZero();
    var spent = Allocation.solve(one(30, 20), new Limits(Map.of("a", 0.0), Map.of(), null));
    assertThat(spent.profitCents()).isCloseTo(0, within(1e-6));
    assertThat(spent.prices().get("a").perBudgetCent()).isCloseTo(0.3, within(1e-6));
  }

  /** The relaxation as one linear program with a variable per offer, which no price enters. */
  @Property(tries = 25)
  void theProfitIsThatOfTheWholeLinearProgram(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int decisions) {
    var random = new Random(seed);
    List<List<Offer>> sample = randomSample(random, decisions);
    var limits =
        new Limits(
            Map.of("p0", random.nextDouble() * 60 * decisions, "p1", 20.0 * decisions),
            Map.of("p2", random.nextDouble() * 0.2 * decisions),
            0.5 * decisions);
    double optimum = wholeProgram(sample, limits);
    var allocation = Allocation.solve(sample, limits);
    assertThat(allocation.profitCents()).isCloseTo(optimum, within(1e-5 * Math.max(1, optimum)));
  }

  static List<List<Offer>> randomSample(Random random, int decisions) {
    var sample = new ArrayList<List<Offer>>();
    for (int i = 0; i < decisions; i++) {
      var offers = new ArrayList<Offer>();
      for (int j = 0; j < 4; j++) {
        double cents = 50 + 200 * random.nextDouble();
        offers.add(
            new Offer("p" + j, 100 * random.nextGaussian() + 50, cents, random.nextDouble()));
      }
      sample.add(offers);
    }
    return sample;
  }

  private static double wholeProgram(List<List<Offer>> sample, Limits limits) {
    var model = new ExpressionsBasedModel();
    Expression contacts = model.newExpression("contacts").upper(limits.contacts());
    limits.budgetCents().forEach((id, cents) -> model.newExpression("budget " + id).upper(cents));
    limits.units().forEach((id, units) -> model.newExpression("stock " + id).upper(units));
    for (int i = 0; i < sample.size(); i++) {
      Expression once = model.newExpression("decision " + i).upper(1);
      for (Offer offer : sample.get(i)) {
        Variable given =
            model.newVariable(i + offer.promotionId()).lower(0).weight(offer.gainCents());
        once.set(given, 1);
        contacts.set(given, 1);
        set(model.getExpression("budget " + offer.promotionId()), given, offer.budgetCents());
        set(model.getExpression("stock " + offer.promotionId()), given, offer.units());
      }
    }
    return model.maximise().getValue();
  }

  private static void set(Expression limit, Variable given, double use) {
    if (limit != null) {
      limit.set(given, use);
    }
  }
}
