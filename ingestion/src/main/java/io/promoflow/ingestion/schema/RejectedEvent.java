package io.promoflow.ingestion.schema;

import java.time.Instant;

/**
 * An event that was refused, with everything that is needed to repair and resend it.
 *
 * @param reason why
 * @param path JSON path of the offending value, {@code $} for the whole
 * @param detail the rule and the value, for people, at most 300 characters
 * @param original the bytes as they came
 * @param rejectedAt when ingestion refused it, by its own clock
 * @param source topic-partition-offset it was read from; null when not from a topic
 */
public record RejectedEvent(
    RejectionReason reason,
    String path,
    String detail,
    byte[] original,
    Instant rejectedAt,
    String source) {}
