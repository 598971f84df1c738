package io.promoflow.ingestion;

/** The known fields of one JSON object (or of the event and its nested properties), unchecked. */
final class RawFields {
  private final RawValue[] values = new RawValue[EventField.count()];
  private final String place;

  RawFields(String place) {
    this.place = place;
  }

  /** Keeps the value unless one under a stronger name is there already. */
  void offer(EventField field, RawValue value) {
    RawValue present = values[field.ordinal()];
    if (present == null || value.rank() < present.rank()) {
      values[field.ordinal()] = value;
    }
  }

  /** The value of a field; null when it is absent. */
  RawValue get(EventField field) {
    return values[field.ordinal()];
  }

  /** JSON path of the object. */
  String place() {
    return place;
  }
}
