package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.policy.MeasuredReturn;

/**
 * What an experiment says of a promotion at a tick.
 *
 * @param tickMillis all data up to it and no other is in it, epoch milliseconds
 * @param outcomeSeenAtMillis wall clock at which its last outcome was read; 0 when unknown
 * @param experimentId who says it
 * @param variant which the promotion was given to
 * @param measured the return; null when nothing may be believed any more
 */
public record TickReturn(
    long tickMillis,
    long outcomeSeenAtMillis,
    String experimentId,
    String variant,
    MeasuredReturn measured) {}
