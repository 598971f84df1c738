package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.serving.ConditionField;
import java.util.List;
import java.util.Optional;

/** Reads one condition and checks that its field is known and can ever have such a value. */
final class ConditionReader {
  private final Vocabulary vocabulary;

  ConditionReader(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  Condition read(Block block) {
    String field = block.requiredText("field");
    var operator = block.constant("operator", Operator.class);
    Double number = RuleShapes.CONDITION.number(block, "number");
    List<String> values = block.texts("values");
    boolean isSet = isSet(operator);
    if (!field.isEmpty() && !vocabulary.knows(field)) {
      String nearest = Block.nearest(field, vocabulary.suggestions(field));
      block.problem("field", "unknown field; did you mean " + nearest + "?", field);
    }
    if (operator != null) {
      checkSides(block, operator, values);
      ConditionField.of(field).ifPresent(own -> checkDomain(block, own, operator, number, values));
    }
    return new Condition(field, operator, isSet ? null : number, isSet ? values : null);
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
