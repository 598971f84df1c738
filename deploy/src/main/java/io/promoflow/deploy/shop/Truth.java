package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the platform should have found out: known to the shop only. */
public final class Truth {
  /** Below this effect per cart, in cents, a segment is too mixed to call. */
  private static final double CLEAR_CENTS = 60;

  private final ShopModel model;
  private final Map<String, Integer> shoppers = new HashMap<>();

  public Truth(ShopModel model, String pseudonymKey) {
    this.model = model;
    var pseudonyms = new Pseudonyms(pseudonymKey);
    for (int shopper = 0; shopper < model.shoppers(); shopper++) {
      shoppers.put(pseudonyms.of(shopper), shopper);
    }
  }

  /**
   * What is planted in a segment.
   *
   * @param planted none, better or worse
   * @param effectCents true effect on the profit of one cart at which the promotion is seen, in
   *     cents
   * @param types shoppers by response type
   */
  public record Planted(String planted, double effectCents, Map<String, Integer> types) {}

  /** What is planted for the shoppers of an experiment, by the segment in which they count. */
  Map<String, Planted> bySegment(String experiment, List<Exposed> exposed) {
    Map<String, List<Integer>> members = new TreeMap<>();
    for (Exposed one : exposed) {
      if (one.experiment().equals(experiment)) {
        members
            .computeIfAbsent(one.segment(), s -> new ArrayList<>())
            .add(shoppers.get(one.shopper()));
      }
    }
    var planted = new TreeMap<String, Planted>();
    members.forEach((segment, of) -> planted.put(segment, planted(of)));
    return planted;
  }

  private Planted planted(List<Integer> members) {
    var types = new TreeMap<String, Integer>();
    double effect = 0;
    for (int shopper : members) {
      ResponseType type = model.type(shopper);
      types.merge(
          type.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), 1, Integer::sum);
      effect += type.profitEffectCents() / members.size();
    }
    String word = Math.abs(effect) < CLEAR_CENTS ? "none" : effect > 0 ? "better" : "worse";
    return new Planted(word, effect, types);
  }

  /** Profit of the whole fortnight under a policy, in cents; what is not rendered moves nobody. */
  public long profitCents(Policy policy) {
    long sum = 0;
    for (int phase = 0; phase < Calendar.PHASES; phase++) {
      for (int shopper = 0; shopper < model.shoppers(); shopper++) {
        if (model.visits(shopper, phase) && model.addsToCart(shopper, phase)) {
          boolean seen = policy.promotes(shopper, phase) && model.rendersOffer(shopper, phase);
          sum += model.cartProfitCents(shopper, phase, seen);
        }
      }
    }
    return sum;
  }

  /** Whether a cart gets the promotion. */
  public interface Policy {
    boolean promotes(int shopper, int phase);
  }
}
