package io.promoflow.ingestion.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes one row as the raw JSON event that its mapping makes of it. */
final class EventWriter {
  /** Escapes, so that even half a surrogate pair travels to ingestion, which refuses it. */
  private final JsonFactory factory =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private final SourceMapping mapping;
  private final Set<String> fields;

  EventWriter(SourceMapping mapping) {
    this.mapping = mapping;
    this.fields = new LinkedHashSet<>(mapping.fields().keySet());
    mapping.cases().forEach(some -> fields.addAll(some.fields().keySet()));
  }

  ReplayEvent event(Row row) {
    String key = null;
    Instant at = null;
    bytes.reset();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      for (String field : fields) {
        FieldRule rule = mapping.rule(field, row);
        Object value = rule == null ? null : rule.of(row);
        if (value != null) {
          write(json, field, value);
        }
        if (field.equals("userId") && value != null) {
          key = value.toString();
        } else if (field.equals("timestamp") && value instanceof Instant instant) {
          at = instant;
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ReplayEvent(key, at, bytes.toByteArray(), null);
  }

  private static void write(JsonGenerator json, String field, Object value) throws IOException {
    json.writeFieldName(field);
    if (value instanceof BigDecimal number) {
      json.writeNumber(number.toPlainString());
    } else {
      json.writeString(value.toString());
    }
  }
}
