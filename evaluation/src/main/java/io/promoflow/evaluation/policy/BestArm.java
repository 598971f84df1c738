package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.Group;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How likely each variant is the best, when what is known of each mean is normal: ∫ φ(z) Π Φ((mᵢ +
 * sᵢz − mⱼ) / sⱼ) dz over the others, by Simpson's rule. No random numbers, so the same evidence
 * always gives the same.
 */
final class BestArm {
  private static final double WIDEST = 8;
  private static final int STEPS = 1_600;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private BestArm() {}

  /**
   * By variant; they add up to 1.
   *
   * @param direction 1 when more is better, −1 when less is
   * @param groups estimates, each with a positive variance
   */
  static Map<String, Double> probabilities(Map<String, Group> groups, int direction) {
    var found = new TreeMap<String, Double>();
    double sum = 0;
    for (String variant : groups.keySet()) {
      double p = probability(variant, groups, direction);
      found.put(variant, p);
      sum += p;
    }
    double all = sum;
    found.replaceAll((variant, p) -> p / all);
    return found;
  }

  private static double probability(String variant, Map<String, Group> groups, int direction) {
    Group its = groups.get(variant);
    double step = 2 * WIDEST / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double z = -WIDEST + i * step;
      double value = direction * its.mean() + error(its) * z;
      double density = NORMAL.density(z);
      for (var other : groups.entrySet()) {
        if (!other.getKey().equals(variant)) {
          Group theirs = other.getValue();
          density *=
              NORMAL.cumulativeProbability((value - direction * theirs.mean()) / error(theirs));
        }
      }
      sum += density * (i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2);
    }
    return sum * step / 3;
  }

  private static double error(Group group) {
    return Math.sqrt(group.variance() / group.units());
  }
}
