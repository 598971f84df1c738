package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.yaml.Block;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What promotions must leave of a cart, as the file says it.
 *
 * @param share share of a price that is left after the cost of goods
 * @param floor share of a cart that must be left after a promotion
 * @param categories shares of categories that have one of their own
 */
record Margin(double share, double floor, Map<String, Double> categories) {
  private static final Shape SHAPE = RuleShapes.MARGIN;

  /** Null when the file declares none, or not enough of it. */
  static Margin read(Block block) {
    if (block == null) {
      return null;
    }
    Double share = required(block, "share");
    Double floor = required(block, "floor");
    Shape shape = SHAPE.key("categories").shape();
    var categories = new HashMap<String, Double>();
    for (Block one : SHAPE.blocks(block, "categories")) {
      String category = one.requiredText("category");
      Double own = shape.number(one, "share");
      if (!one.has("share")) {
        one.problem("share", "must be given", null);
      }
      if (own != null && categories.put(category, own) != null) {
        one.problem("category", "is given twice", category);
      }
    }
    return share == null || floor == null ? null : new Margin(share, floor, categories);
  }

  private static Double required(Block block, String key) {
    if (!block.has(key)) {
      block.problem(key, "must be given", null);
      return null;
    }
    return SHAPE.number(block, key);
  }

  /** The same in the rules, with the floors that promotions have of their own. */
  RuleSet.Margin stated(List<Written> promotions) {
    var floors = new TreeMap<String, Double>();
    for (Written one : promotions) {
      if (one.marginFloor() != null) {
        floors.put(one.promotion().id(), one.marginFloor());
      }
    }
    return new RuleSet.Margin(share, floor, new TreeMap<>(categories), floors);
  }

  /** The least share that is left of anything that a promotion covers. */
  double leastShare(Promotion promotion) {
    boolean isAnyCategory =
        promotion.coversAll()
            || !promotion.productsWhere().isEmpty()
            || !promotion.products().isEmpty(); // nobody tells their categories here
    if (isAnyCategory) {
      return categories.values().stream().reduce(share, Math::min);
    }
    double least = 1;
    for (String category : promotion.categories()) {
      least = Math.min(least, categories.getOrDefault(category, share));
    }
    return least;
  }
}
