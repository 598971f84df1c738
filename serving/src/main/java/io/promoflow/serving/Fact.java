package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Something that conditions ask of a shopper, a cart or a moment. Conditions that ask the same
 * share it, so that it is looked up once per decision.
 *
 * @param word what rules call it
 * @param field null for a feature
 * @param isText whether it is compared as text, with IN and NOT_IN
 * @param zone of hours and weekdays; null for everything else
 */
record Fact(String word, ConditionField field, boolean isText, ZoneId zone) {

  /** What a condition asks. */
  static Fact of(Condition condition, String zone) {
    Optional<ConditionField> field = ConditionField.of(condition.field());
    boolean isText =
        switch (condition.operator()) {
          case IN, NOT_IN -> true;
          case LT, LE, GT, GE, EQ -> false;
        };
    return new Fact(condition.field(), field.orElse(null), isText, zoneOf(field, zone));
  }

  private static ZoneId zoneOf(Optional<ConditionField> field, String zone) {
    boolean isLocal =
        field.isPresent()
            && (field.get() == ConditionField.HOUR || field.get() == ConditionField.WEEKDAY);
    if (!isLocal) {
      return null;
    }
    return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
  }
}
