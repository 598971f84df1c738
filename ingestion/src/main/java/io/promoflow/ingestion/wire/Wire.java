package io.promoflow.ingestion.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How the records of {@link io.promoflow.ingestion.schema} are written on our own topics: JSON, one
 * object, null fields left out, instants in ISO 8601. Unknown fields are ignored, so that a reader
 * may be older than the writer.
 *
 * <p>Shop events, of which there are most by far, are read and written the quick way where they are
 * plain, with the same outcome; decisions, which somebody waits for, are written so.
 */
public final class Wire {
  /** The one mapper for our own records. Raw shop events are read by the event parser instead. */
  public static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private Wire() {}

  /** The record as UTF-8 JSON bytes. */
  public static byte[] bytes(Object value) {
    byte[] quick = quick(value);
    return quick == null ? databind(value) : quick;
  }

  private static byte[] quick(Object value) {
    if (value instanceof ShopEvent event) {
      return ShopEventWriter.bytes(event);
    }
    return value instanceof Decision decision ? DecisionWriter.bytes(decision) : null;
  }

  private static byte[] databind(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record as a JSON string, for a jsonb column. */
  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a record; throws when the bytes are not one. */
  public static <T> T read(byte[] bytes, Class<T> type) throws IOException {
    ShopEvent quick = type == ShopEvent.class ? ShopEventReader.read(bytes) : null;
    return quick == null ? JSON.readValue(bytes, type) : type.cast(quick);
  }
}
