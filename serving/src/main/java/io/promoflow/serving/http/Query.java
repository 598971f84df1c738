package io.promoflow.serving.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the parameters of a query. A name that its operation does not know is refused, as in
 * bodies: a misspelt {@code dryRun} would spend.
 */
final class Query {
  private static final char NO_UTF_8 = '\uFFFD';

  private Query() {}

  /**
   * The parameters by name.
   *
   * @param query as it stands in the request; null when there is none
   * @param known names that the operation has
   * @throws ProblemException for another name, one given twice, and what cannot be read
   */
  static Map<String, String> read(String query, Set<String> known) {
    var values = new TreeMap<String, String>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        if (!known.contains(name)) {
          throw unknown(name, known);
        }
        if (values.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
          throw BodyReader.refused(name + " stands twice in the query");
        }
      }
    }
    return values;
  }

  private static ProblemException unknown(String name, Set<String> known) {
    String rule = known.isEmpty() ? "none is taken here" : "known are " + new TreeSet<>(known);
    return BodyReader.refused(
        "unknown parameter '" + BodyReader.shorten(name) + "' in the query, " + rule);
  }

  private static String decoded(String text) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf(NO_UTF_8) < 0) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(text);
    }
    throw unreadable(text);
  }

  private static ProblemException unreadable(String text) {
    return BodyReader.refused("the query cannot be read: '" + BodyReader.shorten(text) + "'");
  }
}
