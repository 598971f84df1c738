package io.promoflow.serving.access;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** A token bucket per key, of this server alone. */
public final class RateLimits {
  private final int ratePerSecond;
  private final int burstSeconds;
  private final ConcurrentHashMap<String, Limited> buckets = new ConcurrentHashMap<>();

  private record Limited(int rate, Bucket bucket) {}

  /** So many requests per second unless a key says otherwise, and of how many seconds at once. */
  public RateLimits(int ratePerSecond, int burstSeconds) {
    this.ratePerSecond = ratePerSecond;
    this.burstSeconds = burstSeconds;
  }

  /** Requests per second of a key. */
  public int rate(ApiKey key) {
    return key.ratePerSecond() == null ? ratePerSecond : key.ratePerSecond();
  }

  /** Counts a request: 0 when it may go on, otherwise nanoseconds until one may. */
  public long waitNanos(ApiKey key) {
    int rate = rate(key);
    Limited limited = buckets.get(key.id());
    if (limited == null || limited.rate() != rate) {
      limited = buckets.compute(key.id(), (id, old) -> limited(rate, old));
    }
    if (limited.bucket().tryConsume(1)) {
      return 0;
    }
    ConsumptionProbe probe = limited.bucket().tryConsumeAndReturnRemaining(1);
    return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  private Limited limited(int rate, Limited old) {
    return old != null && old.rate() == rate
        ? old
        : new Limited(
            rate,
            Bucket.builder()
                .addLimit(
                    limit ->
                        limit
                            .capacity((long) rate * burstSeconds)
                            .refillGreedy(rate, Duration.ofSeconds(1)))
                .build());
  }
}
