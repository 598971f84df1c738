package io.promoflow.serving.rules;

/** A change of the rules that cannot be made; the message says why. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedException(String reason) {
    super(reason);
  }
}
