package io.promoflow.serving.rules;

import io.promoflow.ingestion.yaml.Block;
import java.util.Map;

/**
 * Ids that mean something else where promotions and experiments are told. Rules that were in force
 * before may have them.
 */
public final class ReservedIds {
  /** The flag that tells which promotion a shopper gets, beside those of experiments. */
  public static final String PROMOTION_FLAG = "promotion";

  /** Its value for no promotion. */
  public static final String NO_PROMOTION = "none";

  private static final Map<String, String> OF_EXPERIMENTS =
      Map.of(PROMOTION_FLAG, "is the flag that tells which promotion a shopper gets");
  private static final Map<String, String> OF_PROMOTIONS =
      Map.of(
          NO_PROMOTION,
          "is what flags say when there is no promotion",
          RulePreview.NOTHING,
          "is what previews and gates say when there is no promotion");

  private ReservedIds() {}

  static void checkExperiment(Block block, String id) {
    check(block, id, OF_EXPERIMENTS);
  }

  static void checkPromotion(Block block, String id) {
    check(block, id, OF_PROMOTIONS);
  }

  private static void check(Block block, String id, Map<String, String> reserved) {
    if (reserved.containsKey(id)) {
      block.problem("id", reserved.get(id), id);
    }
  }
}
