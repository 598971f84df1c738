package io.promoflow.serving;

/** Who waits behind the first of a stacking group, and takes its place when the ledger refuses. */
interface Successors {
  /**
   * The next of the group of one that is refused, which from then on is in question itself; null
   * when nobody waits behind it.
   */
  Scored after(Scored refused);
}
