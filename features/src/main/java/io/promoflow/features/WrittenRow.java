package io.promoflow.features;

import io.promoflow.ingestion.schema.FeatureRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A feature row with its JSON, written once for topic, tables and history.
 *
 * @param entity what it is about, e.g. {@code shopper}
 * @param key which one
 * @param asOf end of the windows, exclusive
 * @param values JSON object of the numeric features; an absent key is a missing value
 * @param categories JSON object of the categorical features
 * @param featuresVersion fingerprint of the declarations that made the row
 */
public record WrittenRow(
    String entity,
    String key,
    Instant asOf,
    byte[] values,
    byte[] categories,
    String featuresVersion) {

  /** The row as the topic holds it: the JSON of a {@link FeatureRow}. */
  public byte[] message() {
    var out = new ByteArrayOutputStream(values.length + categories.length + 256);
    write(out, "{\"shopperId\":\"" + key + "\",\"asOf\":\"" + asOf + "\",\"values\":");
    out.writeBytes(values);
    write(out, ",\"categories\":");
    out.writeBytes(categories);
    write(out, ",\"featuresVersion\":\"" + featuresVersion + "\"}");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
