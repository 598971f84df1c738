package io.promoflow.evaluation;

/**
 * How a shopper takes part in an experiment. Sums are kept by standing and populations are sums
 * over standings, so that no exposed shopper is summed twice.
 */
public enum Standing {
  PLAIN,
  CONTAMINATED,
  TRIGGERED,
  TRIGGERED_CONTAMINATED,
  /**
   * Assigned, but shown nothing in time ({@link Assignment#isMissing}): in no population. Who is
   * exposed later all the same has another standing besides.
   */
  MISSING;

  public static Standing of(boolean contaminated, boolean triggered) {
    if (triggered) {
      return contaminated ? TRIGGERED_CONTAMINATED : TRIGGERED;
    }
    return contaminated ? CONTAMINATED : PLAIN;
  }

  /** Whether the shopper was exposed at all. */
  public boolean isExposed() {
    return this != MISSING;
  }

  /** Whether the shopper was exposed to a second variant. */
  public boolean isContaminated() {
    return this == CONTAMINATED || this == TRIGGERED_CONTAMINATED;
  }

  /** Whether the variants could differ for the shopper. */
  public boolean isTriggered() {
    return this == TRIGGERED || this == TRIGGERED_CONTAMINATED;
  }
}
