package io.promoflow.serving.rules;

import io.promoflow.features.FeatureRange;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.serving.ConditionField;
import java.util.List;
import java.util.Optional;

/** Reads one condition and checks that its field is known and can ever have such a value. */
final class ConditionReader {
  private final FeatureWords words;
  private final FeatureWords others;
  private final boolean ofProducts;

  private ConditionReader(FeatureWords words, FeatureWords others, boolean ofProducts) {
    this.words = words;
    this.others = others;
    this.ofProducts = ofProducts;
  }

  /** Reads conditions on shopper, moment and cart. */
  static ConditionReader ofShoppers(Vocabulary vocabulary) {
    return new ConditionReader(vocabulary.shoppers(), vocabulary.products(), false);
  }

  /** Reads conditions on products. */
  static ConditionReader ofProducts(Vocabulary vocabulary) {
    return new ConditionReader(vocabulary.products(), vocabulary.shoppers(), true);
  }

  Condition read(Block block) {
    String field = block.requiredText("field");
    var operator = block.constant("operator", Operator.class);
    Double number = RuleShapes.CONDITION.number(block, "number");
    List<String> values = block.texts("values");
    boolean isSet = isSet(operator);
    if (!field.isEmpty() && !words.knows(field)) {
      block.problem("field", unknown(field), field);
    }
    if (operator != null) {
      checkSides(block, operator, values);
      Optional<ConditionField> own = ofProducts ? Optional.empty() : ConditionField.of(field);
      if (own.isPresent()) {
        checkDomain(block, own.get(), operator, number, values);
      } else {
        checkFeature(block, field, operator, number);
      }
    }
    return new Condition(field, operator, isSet ? null : number, isSet ? values : null);
  }

  private String unknown(String field) {
    if (!ofProducts && ConditionField.of(field).isPresent()) {
      return "needs the feature "
          + ConditionField.LAST_ORDER
          + ", which is not declared, nor in a row or model that a server knows";
    }
    List<String> known = words.suggestions(field);
    String nearest = known.isEmpty() ? "" : "; did you mean " + Block.nearest(field, known) + "?";
    if (ofProducts) {
      return (others.declares(field) ? "is of shoppers, not of products" : "no feature of products")
          + nearest;
    }
    return others.declares(field)
        ? "is of products: productsWhere asks for it"
        : "unknown field" + nearest;
  }

  /** Whether an operator compares with values, not with a number. */
  static boolean isSet(Operator operator) {
    return operator == Operator.IN || operator == Operator.NOT_IN;
  }

  private static void checkSides(Block block, Operator operator, List<String> values) {
    String needed = isSet(operator) ? "values" : "number";
    String useless = isSet(operator) ? "number" : "values";
    if (!block.has(needed) || (isSet(operator) && values.isEmpty())) {
      block.problem(needed, operator + " needs it", null);
    }
    if (block.has(useless)) {
      block.problem(useless, operator + " has no use for it", null);
    }
  }

  /** A feature that never has such a value lets nobody through. */
  private void checkFeature(Block block, String feature, Operator operator, Double number) {
    FeatureRange range = words.range(feature);
    if (isSet(operator) ? range != null : words.isText(feature)) {
      String those = isSet(operator) ? "LT, LE, GT, GE or EQ" : "IN or NOT_IN";
      block.problem("operator", feature + " is compared with " + those, operator);
    } else if (range != null && number != null && !canHold(range, operator, number)) {
      boolean isEndless = range.most() == Double.POSITIVE_INFINITY;
      String lies = isEndless ? " is at least %s" : " lies in %s to %s";
      String rule =
          "impossible condition: " + feature + lies.formatted(range.least(), range.most());
      block.problem("number", rule, number);
    }
  }

  private static boolean canHold(FeatureRange range, Operator operator, double number) {
    return switch (operator) {
      case LT -> range.least() < number;
      case LE -> range.least() <= number;
      case GT -> range.most() > number;
      case GE -> range.most() >= number;
      case EQ -> range.least() <= number && number <= range.most();
      case IN, NOT_IN -> true;
    };
  }

  private static void checkDomain(
      Block block, ConditionField field, Operator operator, Double number, List<String> values) {
    if (field.isNumeric() == isSet(operator)) {
      String those = field.isNumeric() ? "LT, LE, GT, GE or EQ" : "IN or NOT_IN";
      block.problem("operator", field.word() + " is compared with " + those, operator);
      return;
    }
    Optional<String> unknown =
        values.stream()
            .filter(value -> !field.known().isEmpty() && !field.known().contains(value))
            .findFirst();
    unknown.ifPresent(value -> block.problem("values", "must be some of " + field.known(), value));
    if (number != null && (number < field.least() || number > field.most())) {
      String range = "lies in %.0f to %.0f".formatted(field.least(), field.most());
      block.problem("number", field.word() + " " + range, number);
    }
  }
}
