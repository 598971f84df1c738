package io.promoflow.features;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Vectors as JSON objects from feature to value, as topics and tables hold them. Names are encoded
 * once. Whole numbers are written without a point; all others with the digits that tell them from
 * every other double.
 */
final class FeatureJson implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Below this every whole double is a long of its own. */
  private static final double WHOLE = 1L << 53;

  private final byte[][] names;

  FeatureJson(List<FeatureDescription> catalog) {
    names = catalog.stream().map(f -> bytes("\"" + f.name() + "\":")).toArray(byte[][]::new);
  }

  byte[] values(FeatureVector vector) {
    var out = new ByteArrayOutputStream(32 * names.length);
    char before = '{';
    for (int i = 0; i < names.length; i++) {
      double value = vector.values()[i];
      if (!Double.isNaN(value)) {
        out.write(before);
        out.writeBytes(names[i]);
        out.writeBytes(bytes(number(value)));
        before = ',';
      }
    }
    return closed(out, before);
  }

  byte[] categories(FeatureVector vector) {
    var out = new ByteArrayOutputStream();
    char before = '{';
    for (int i = 0; i < names.length; i++) {
      String value = vector.categories()[i];
      if (value != null) {
        out.write(before);
        out.writeBytes(names[i]);
        out.write('"');
        out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(value));
        out.write('"');
        before = ',';
      }
    }
    return closed(out, before);
  }

  private static byte[] closed(ByteArrayOutputStream out, char before) {
    if (before == '{') {
      out.write('{');
    }
    out.write('}');
    return out.toByteArray();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < WHOLE
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
