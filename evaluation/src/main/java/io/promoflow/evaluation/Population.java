package io.promoflow.evaluation;

import java.util.Locale;

/**
 * Whom a result counts. Every shopper is counted once, in the first variant that the shopper was
 * exposed to; smaller populations leave shoppers out.
 */
public enum Population {
  /** Every exposed shopper. */
  EVERYBODY,
  /** Without those who were exposed to a second variant within the attribution window. */
  UNCONTAMINATED,
  /** Only those for whom the variants could differ within the attribution window. */
  TRIGGERED;

  /** The name in tables. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean counts(Standing standing) {
    return switch (this) {
      case EVERYBODY -> standing.isExposed();
      case UNCONTAMINATED -> standing.isExposed() && !standing.isContaminated();
      case TRIGGERED -> standing.isTriggered();
    };
  }
}
