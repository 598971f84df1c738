package io.promoflow.serving.allocation;

/** No prices were found: a linear program failed, or a number is too large or small for it. */
public final class UnsolvedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsolvedException(Throwable cause) {
    super("no prices were found", cause);
  }
}
