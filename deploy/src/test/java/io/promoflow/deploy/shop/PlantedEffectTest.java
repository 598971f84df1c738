package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.shop.ShopModel.Shopper;
import io.promoflow.deploy.shop.Truth.Planted;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Can the planted effect be found with the demo's numbers, whatever the seed? */
class PlantedEffectTest {
  private static final int SHOPPERS = 3_000;
  private static final int SEEDS = 100;
  private static final double MISPLACED = 0.1;

  /** What a segmentation that sees types through behaviour would say: a tenth is misplaced. */
  private static final Function<Shopper, String> BLURRED =
      shopper -> {
        double u = new Draws(7).uniform(shopper.index(), 0, Draws.Purpose.FAVOURITE);
        boolean hunter =
            shopper.type() == ShopperType.PERSUADABLE || shopper.type() == ShopperType.LOST_CAUSE;
        return hunter != (u < MISPLACED) ? "hunters" : "regulars";
      };

  @Test
  void rightSignInTheRightSegmentWhateverTheSeed() {
    int found = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var experiment = new PaperExperiment(seed, SHOPPERS, BLURRED, false);
      experiment.run();
      boolean right = experiment.verdict("hunters") == 1 && experiment.verdict("regulars") == -1;
      boolean moved =
          experiment.shareWithOffer("hunters") > 0.5 && experiment.shareWithOffer("regulars") < 0.5;
      found += right && moved ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo((int) Math.ceil(0.99 * SEEDS));
  }

  @Test
  void sameInBothGroupsIsNotDeclaredMoreOftenThanAllowed() {
    int alarms = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var experiment = new PaperExperiment(seed, SHOPPERS, shopper -> "everybody", true);
      experiment.run();
      alarms += experiment.verdict("everybody") == 0 ? 0 : 1;
    }
    // at most 5 in 100 by construction, far fewer at a single look
    assertThat(alarms).isLessThanOrEqualTo(5);
  }

  @Test
  void persuadablesGainSureThingsAndSleepingDogsLoseLostCausesDoNotCare() {
    assertThat(planted(ShopperType.PERSUADABLE)).isEqualTo(Planted.BETTER);
    assertThat(planted(ShopperType.SURE_THING)).isEqualTo(Planted.WORSE);
    assertThat(planted(ShopperType.SLEEPING_DOG)).isEqualTo(Planted.WORSE);
    assertThat(planted(ShopperType.LOST_CAUSE)).isEqualTo(Planted.NONE);
  }

  private static Planted planted(ShopperType type) {
    return Planted.of(Truth.effectPerShopperCents(type));
  }

  @Test
  void effectPerCartAgreesWithTheModel() {
    var model = new ShopModel(1, SHOPPERS);
    Season season = Season.fortnight();
    for (ShopperType type : ShopperType.values()) {
      double sum = 0;
      double squares = 0;
      long carts = 0;
      for (var phase : season.phases()) {
        for (Shopper shopper : model.shoppers()) {
          var visit = model.visit(shopper, phase).filter(v -> v.cart() != null).orElse(null);
          if (shopper.type() == type && visit != null) {
            double effect = profit(model, visit, true) - profit(model, visit, false);
            sum += effect;
            squares += effect * effect;
            carts++;
          }
        }
      }
      double mean = sum / carts;
      double error = Math.sqrt(squares / carts - mean * mean) / Math.sqrt(carts);
      assertThat(Truth.effectPerCartCents(type)).isBetween(mean - 5 * error, mean + 5 * error);
    }
  }

  private static double profit(ShopModel model, ShopModel.Visit visit, boolean promoted) {
    var reaction = model.react(visit, promoted);
    boolean kept =
        model.afterwards(visit.shopper(), visit.phase().index()) == ShopModel.Afterwards.KEPT;
    return reaction.ordered() && kept
        ? Terms.profitCents(visit.cart().grossCents(), reaction.discountCents())
        : 0;
  }

  @Test
  void choosingByTypeEarnsMoreThanNeverAndThanEveryone() {
    var model = new ShopModel(42, SHOPPERS);
    Season season = Season.fortnight();
    long chosen =
        Truth.profitCents(
            model, season, visit -> visit.shopper().type() == ShopperType.PERSUADABLE);
    assertThat(chosen)
        .isGreaterThan(Truth.profitCents(model, season, visit -> false))
        .isGreaterThan(Truth.profitCents(model, season, visit -> true));
  }
}
