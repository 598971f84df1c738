package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.policy.MeasuredReturn;

/**
 * What an experiment says of a promotion at a tick.
 *
 * @param tickMillis all data up to it and no other is in it, epoch milliseconds
 * @param outcomeSeenAtMillis wall clock at which its last outcome was read; 0 when unknown
 * @param measured the return
 */
public record TickReturn(long tickMillis, long outcomeSeenAtMillis, MeasuredReturn measured) {}
