package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.yaml.Block;
import java.util.List;

/**
 * A promotion and the places in the file that it was read from, for checks that look at more than
 * one key.
 *
 * @param promotion what was read
 * @param block the whole promotion
 * @param terms null when it has none
 * @param conditions one per condition, in order
 * @param productConditions one per condition on products, in order
 * @param marginFloor null when the floor of the file holds
 */
record Written(
    Promotion promotion,
    Block block,
    Block terms,
    List<Block> conditions,
    List<Block> productConditions,
    Double marginFloor) {

  /** Whether it could be read far enough for its meaning to be checked. */
  boolean isSound() {
    return promotion.kind() != null
        && terms != null
        && promotion.eligibility().stream().allMatch(Written::isWhole)
        && promotion.productsWhere().stream().allMatch(Written::isWhole);
  }

  private static boolean isWhole(Condition condition) {
    return condition.operator() != null
        && (ConditionReader.isSet(condition.operator())
            ? !condition.values().isEmpty()
            : condition.number() != null);
  }
}
