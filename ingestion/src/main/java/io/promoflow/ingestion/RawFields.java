package io.promoflow.ingestion;

import java.util.EnumMap;
import java.util.Map;

/** The known fields of one JSON object (or of the event and its nested properties), unchecked. */
final class RawFields {
  private final Map<EventField, RawValue> values = new EnumMap<>(EventField.class);
  private final String place;

  RawFields(String place) {
    this.place = place;
  }

  /** Keeps the value unless one under a stronger name is there already. */
  void offer(EventField field, RawValue value) {
    RawValue present = values.get(field);
    if (present == null || value.rank() < present.rank()) {
      values.put(field, value);
    }
  }

  /** The value of a field; null when it is absent. */
  RawValue get(EventField field) {
    return values.get(field);
  }

  /** JSON path of the object. */
  String place() {
    return place;
  }
}
