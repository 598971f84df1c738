package io.promoflow.serving.ledger;

/**
 * Money and pieces that move together.
 *
 * @param cents money, minor units
 * @param units redemptions
 */
record Amount(long cents, long units) {
  /** Stands for no limit: four of them still fit a long. */
  static final long UNLIMITED = 1L << 61;

  static final Amount ZERO = new Amount(0, 0);

  /** No limit on either. */
  static final Amount ALL = new Amount(UNLIMITED, UNLIMITED);

  /** One redemption at a cost. */
  static Amount one(long cents) {
    return new Amount(cents, 1);
  }

  /** A limit of the rules, null for none. */
  static Amount limit(Long cents, Long units) {
    return new Amount(cents == null ? UNLIMITED : cents, units == null ? UNLIMITED : units);
  }

  Amount plus(Amount other) {
    return new Amount(Math.addExact(cents, other.cents), Math.addExact(units, other.units));
  }

  Amount minus(Amount other) {
    return new Amount(
        Math.subtractExact(cents, other.cents), Math.subtractExact(units, other.units));
  }

  /** So many times as much, up to no limit. */
  Amount times(int factor) {
    return new Amount(
        Math.min(cents, UNLIMITED / factor) * factor, Math.min(units, UNLIMITED / factor) * factor);
  }

  /** Rounded down. */
  Amount half() {
    return new Amount(cents / 2, units / 2);
  }

  Amount min(Amount other) {
    return new Amount(Math.min(cents, other.cents), Math.min(units, other.units));
  }

  Amount max(Amount other) {
    return new Amount(Math.max(cents, other.cents), Math.max(units, other.units));
  }

  boolean covers(Amount other) {
    return cents >= other.cents && units >= other.units;
  }

  /** The part of it that a limit counts: what is unlimited costs nothing. */
  Amount countedBy(Amount limit) {
    return new Amount(limit.cents >= UNLIMITED ? 0 : cents, limit.units >= UNLIMITED ? 0 : units);
  }
}
