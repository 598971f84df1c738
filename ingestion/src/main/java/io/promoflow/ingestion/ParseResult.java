package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import java.util.List;

/** What one raw event turned out to be: accepted or rejected, never anything else. */
public sealed interface ParseResult {

  /**
   * A valid raw event.
   *
   * @param rawEventId the id that the shop gave it; repeats of it are duplicates
   * @param events one per line, at least one; they still carry the raw shopper id
   */
  record Accepted(String rawEventId, List<ShopEvent> events) implements ParseResult {
    public Accepted {
      events = List.copyOf(events);
    }
  }

  /**
   * A refused raw event.
   *
   * @param reason why
   * @param path JSON path of the offending value, {@code $} for the whole
   * @param detail the rule and the value, for people, at most 300 characters
   */
  record Rejected(RejectionReason reason, String path, String detail) implements ParseResult {
    private static final int LONGEST_PATH = 200;
    private static final int LONGEST_DETAIL = 300;

    public Rejected {
      path = printable(path, LONGEST_PATH);
      detail = printable(detail, LONGEST_DETAIL);
    }

    /** Text that any JSON writer and any database takes: no control characters, no half pairs. */
    private static String printable(String text, int longest) {
      var kept = new StringBuilder(Math.min(text.length(), longest));
      text.codePoints()
          .limit(longest)
          .map(c -> Character.isISOControl(c) || isSurrogate(c) ? '?' : c)
          .forEach(c -> appendIfFits(kept, c, longest));
      return kept.toString();
    }

    private static boolean isSurrogate(int codePoint) {
      return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static void appendIfFits(StringBuilder text, int codePoint, int longest) {
      if (text.length() + Character.charCount(codePoint) <= longest) {
        text.appendCodePoint(codePoint);
      }
    }
  }
}
