package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.yaml.Block;
import java.util.HashSet;
import java.util.List;

/**
 * Checks when experiments run, and them against each other: the first in the order of the file
 * takes a shopper, so one behind another that takes everybody never gets any.
 */
final class ExperimentChecks {
  private ExperimentChecks() {}

  /** An experiment, and the place in the file that it was read from. */
  record Placed(Experiment experiment, Block block) {}

  static void check(List<Placed> all) {
    for (int i = 0; i < all.size(); i++) {
      Placed one = all.get(i);
      ReservedIds.checkExperiment(one.block(), one.experiment().id());
      PromotionReader.checkYears(one.block(), one.experiment().from(), one.experiment().until());
      all.subList(0, i).stream()
          .filter(before -> takesAllOf(before.experiment(), one.experiment()))
          .findFirst()
          .ifPresent(before -> unreachable(one, before));
    }
  }

  private static void unreachable(Placed one, Placed before) {
    String rule =
        "is never reached: %s (line %d) takes each of its shoppers first; give both a share of a layer"
            .formatted(before.experiment().id(), before.block().line());
    one.block().problem("trigger", rule, null);
  }

  /** Whoever could take part in the one behind takes part in the one before. */
  private static boolean takesAllOf(Experiment before, Experiment behind) {
    boolean takesAll = before.layer() == null || (before.share() != null && before.share() >= 1);
    return takesAll
        && before.trigger() != null
        && before.trigger() == behind.trigger()
        && coversSegments(before, behind)
        && GroupChecks.coversTime(period(before), period(behind));
  }

  private static boolean coversSegments(Experiment before, Experiment behind) {
    if (before.segments().isEmpty()) {
      return !before.segmentRequired() || needsSegment(behind);
    }
    return !behind.segments().isEmpty()
        && new HashSet<>(before.segments()).containsAll(behind.segments());
  }

  private static boolean needsSegment(Experiment one) {
    return one.segmentRequired() || !one.segments().isEmpty();
  }

  private static List<Period> period(Experiment one) {
    return List.of(new Period(one.from(), one.until()));
  }
}
