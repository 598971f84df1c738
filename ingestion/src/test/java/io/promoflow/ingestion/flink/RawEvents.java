package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Raw events of the tests' cast, and the settings and clock they meet. */
final class RawEvents {
  static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

  private RawEvents() {}

  static Settings settings(String postgresUrl) {
    return Settings.of(
        Map.of(
            "kafka.bootstrap-servers",
            "unused:1",
            "postgres.url",
            postgresUrl,
            "ingestion.pseudonym.key",
            "a-key-of-sixteen-or-more"));
  }

  static IngestionOptions options() {
    return IngestionOptions.from(settings("jdbc:postgresql://unused/x"));
  }

  static RawRecord record(String json, long offset) {
    return new RawRecord(json.getBytes(StandardCharsets.UTF_8), "behavior-events", 0, offset, null);
  }

  static String viewed(String id, String shopper, Instant at) {
    return "{\"messageId\":\"%s\",\"event\":\"Product Viewed\",\"userId\":\"%s\",\"timestamp\":\"%s\",\"productId\":\"tea\"}"
        .formatted(id, shopper, at);
  }
}
