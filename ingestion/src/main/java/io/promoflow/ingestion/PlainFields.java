package io.promoflow.ingestion;

/** Where the fields of one JSON object (or of the event and its nested properties) stand. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class PlainFields {
  private static final int FIELDS = EventField.values().length;
  private static final int RANK_SHIFT = 56;
  private static final long SPAN = (1L << RANK_SHIFT) - 1;

  /** Per field its span, with the rank of its name in the uppermost bits; 0 when absent. */
  private final long[] ranked = new long[FIELDS];

  private long present;

  /** Keeps the span unless one under a stronger name is there already. */
  void offer(int field, long span, int rank) {
    long before = ranked[field];
    if (before == 0 || rank < before >>> RANK_SHIFT) {
      ranked[field] = span | (long) rank << RANK_SHIFT;
      present |= 1L << field;
    }
  }

  /** A bit for each field that is there, by its position in {@link EventField}. */
  long present() {
    return present;
  }

  /** Span of a field, 0 when it is absent. */
  long get(EventField field) {
    return ranked[field.ordinal()] & SPAN;
  }
}
