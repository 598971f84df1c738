package io.promoflow.serving.http;

/** The store is there, but a statement took too long. */
final class SlowStatementException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SlowStatementException(String what, Throwable cause) {
    super(what, cause);
  }
}
