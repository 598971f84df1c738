package io.promoflow.ingestion.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Rows of a JSON-lines file: one object per line, inner values named by dots. */
final class JsonRows implements RowSource {
  private static final ObjectReader JSON =
      new ObjectMapper()
          .reader()
          .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final BufferedReader lines;
  private final Set<String> missing;
  private final String name;
  private long number;

  JsonRows(InputStream in, SourceMapping mapping, String name) {
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.missing = mapping.missing();
    this.name = name;
  }

  @Override
  public Read next() {
    try {
      String line = lines.readLine();
      if (line == null) {
        return null;
      }
      number++;
      JsonNode object = object(line);
      return object == null
          ? Read.unmappable(
              line.getBytes(StandardCharsets.UTF_8),
              name + " line " + number + " is no JSON object")
          : Read.row(new JsonRow(object, number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private final class JsonRow implements Row {
    private final JsonNode object;
    private final long rowNumber;

    JsonRow(JsonNode object, long rowNumber) {
      this.object = object;
      this.rowNumber = rowNumber;
    }

    @Override
    public String get(String column) {
      JsonNode value = object;
      for (String part : column.split("\\.", -1)) {
        value = value.path(part);
      }
      if (value.isMissingNode() || value.isNull()) {
        return null;
      }
      String text =
          value.isNumber()
              ? value.decimalValue().toPlainString()
              : value.isValueNode() ? value.asText() : value.toString();
      return text.isEmpty() || missing.contains(text) ? null : text;
    }

    @Override
    public long number() {
      return rowNumber;
    }

    @Override
    public String file() {
      return name;
    }
  }
}
