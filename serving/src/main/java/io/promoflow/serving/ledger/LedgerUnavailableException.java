package io.promoflow.serving.ledger;

/** PostgreSQL did not answer: nobody knows whether it was carried out. Ask again with the key. */
public final class LedgerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LedgerUnavailableException(String what, Throwable cause) {
    super(what + "; ask again with the same key", cause);
  }
}
