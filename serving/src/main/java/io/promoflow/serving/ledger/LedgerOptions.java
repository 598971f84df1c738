package io.promoflow.serving.ledger;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the ledger.
 *
 * @param lease for how long a server may promise from memory what it leased
 * @param leaseShare how much of what is left one server leases at a time, 0 to 1
 * @param reservation how long a promise holds
 * @param pacing how much of a budget may be in use by when
 * @param codes that coupons are redeemed with
 */
public record LedgerOptions(
    Duration lease, double leaseShare, Duration reservation, Pacing pacing, CouponCodes codes)
    implements Serializable {
  public static final Option<Duration> LEASE =
      Option.duration(
          "serving.ledger.lease",
          "PT30S",
          "how long a server may promise from memory what it leased of a budget; what a killed"
              + " server held is free again after it");
  public static final Option<Double> LEASE_SHARE =
      Option.number(
          "serving.ledger.lease-share",
          0.1,
          0.0,
          1.0,
          "share of what is left of a budget that one server leases at a time");
  public static final Option<Duration> RESERVATION =
      Option.duration(
          "serving.ledger.reservation",
          "P1D",
          "how long after its decision a promise is kept for the shopper, in event time and, when"
              + " that stands still, in wall time");
  public static final Option<Pacing> PACING =
      new Option<>(
          "serving.ledger.pacing",
          "pacing",
          "none",
          "how much of a budget may be in use by when in the promotion's period: none for no plan,"
              + " even, or points time:spend between 0 and 1 such as 0.25:0.1,0.5:0.4",
          false,
          Pacing::parse);

  public static final List<Option<?>> ALL = List.of(LEASE, LEASE_SHARE, RESERVATION, PACING);

  public static LedgerOptions from(Settings settings) {
    return new LedgerOptions(
        settings.get(LEASE),
        settings.get(LEASE_SHARE),
        settings.get(RESERVATION),
        settings.get(PACING),
        CouponCodes.from(settings));
  }

  /** Without a secret: no codes that hold once. */
  public LedgerOptions(Duration lease, double leaseShare, Duration reservation, Pacing pacing) {
    this(lease, leaseShare, reservation, pacing, CouponCodes.SHARED);
  }
}
