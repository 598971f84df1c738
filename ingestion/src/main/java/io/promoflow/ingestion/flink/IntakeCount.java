package io.promoflow.ingestion.flink;

/**
 * How many events had one outcome: since the last count, or in total.
 *
 * @param outcome {@code in, accepted, rejected, duplicate} or {@code lines}
 * @param reason rejection reason; empty unless rejected
 * @param eventType empty unless accepted or lines
 * @param events how many
 */
public record IntakeCount(String outcome, String reason, String eventType, long events)
    implements java.io.Serializable {
  static final String IN = "in";
  static final String ACCEPTED = "accepted";
  static final String REJECTED = "rejected";
  static final String DUPLICATE = "duplicate";
  static final String LINES = "lines";

  /** What is counted, without the number. */
  String what() {
    return outcome + "|" + reason + "|" + eventType;
  }

  IntakeCount with(long number) {
    return new IntakeCount(outcome, reason, eventType, number);
  }
}
