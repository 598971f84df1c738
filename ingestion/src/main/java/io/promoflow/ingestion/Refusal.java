package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.RejectionReason;

/** Carries a rejection out of the parser; without a stack trace, because bad input is ordinary. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_VALUE = 80;

  private final transient ParseResult.Rejected rejected;

  Refusal(RejectionReason reason, String path, String detail) {
    super(detail, null, false, false);
    this.rejected = new ParseResult.Rejected(reason, path, detail);
  }

  /** A value that breaks a rule; the detail names both. */
  static Refusal of(RejectionReason reason, RawValue value, String rule) {
    return new Refusal(reason, value.path(), rule + ", not " + shown(value));
  }

  static Refusal missing(RejectionReason reason, String path, String what) {
    return new Refusal(reason, path, what + " is missing");
  }

  ParseResult.Rejected rejected() {
    return rejected;
  }

  private static String shown(RawValue value) {
    String text = value.text();
    String cut = text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    return value.kind() == RawValue.Kind.TEXT ? "'" + cut + "'" : cut;
  }
}
