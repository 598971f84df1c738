package io.promoflow.ingestion.wire;

/**
 * Says that bytes are not plain enough for the quick way; the thorough reader decides about them.
 * One instance without a stack trace, because it carries nothing and is ordinary.
 */
public final class Unusual extends Exception {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace that could be wrong
  private static final Unusual ONLY = new Unusual();

  private Unusual() {
    super("not plain", null, false, false);
  }

  /** To be thrown by whoever meets what it does not know. */
  public static Unusual here() {
    return ONLY;
  }
}
