package io.promoflow.ingestion.wire;

import java.nio.charset.StandardCharsets;

/**
 * A cursor over JSON as machines write it: strict, valid UTF-8, no escapes, no exponents. Whatever
 * it reads, every strict JSON parser reads the same; whatever else there is, it throws {@link
 * Unusual}.
 */
public final class PlainJson {
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long TOP_BITS = 0x8080_8080_8080_8080L;
  private static final int LONGEST_NUMBER = 40;
  private static final int MOST_DIGITS = 18;

  private final byte[] bytes;
  private int at;
  private long lastName;

  /** Starts before the first byte. */
  public PlainJson(byte[] bytes) throws Unusual {
    if (bytes.length < Long.BYTES || bytes.length >= Span.MOST_BYTES) {
      throw Unusual.here();
    }
    this.bytes = bytes;
  }

  /** The next byte that is no white space; the cursor stays in front of it. */
  public int next() throws Unusual {
    while (at < bytes.length) {
      byte b = bytes[at];
      if (b > ' ') {
        return b;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        break;
      }
      at++;
    }
    throw Unusual.here();
  }

  /** Moves past a byte that must come next, white space apart. */
  public void pass(int expected) throws Unusual {
    if ((at >= bytes.length || bytes[at] != expected) && next() != expected) {
      throw Unusual.here();
    }
    at++;
  }

  /**
   * Whether another member or element follows; moves past the comma before it, or past the end.
   *
   * @param first whether none was read yet
   */
  public boolean more(int close, boolean first) throws Unusual {
    if (next() == close) {
      at++;
      return false;
    }
    if (!first) {
      pass(',');
    }
    return true;
  }

  /** Checks that only white space is left. */
  public void end() throws Unusual {
    for (; at < bytes.length; at++) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        throw Unusual.here();
      }
    }
  }

  /** The name of a member, always ASCII; moves past its colon. */
  public long name() throws Unusual {
    long name = text();
    if (Span.kind(name) != Span.ASCII) {
      throw Unusual.here();
    }
    pass(':');
    return name;
  }

  /**
   * The same as a position among known words, -1 when it is none of them.
   *
   * @param guess the word to look for first, which is quick when it is right
   */
  public int name(ShortWords words, int guess) throws Unusual {
    int start = at + 1;
    if (at < bytes.length && bytes[at] == '"' && words.quoted(bytes, start, guess)) {
      int length = words.length(guess);
      lastName = Span.of(Span.ASCII, start, length);
      at = start + length + 1;
      pass(':');
      return guess;
    }
    lastName = name();
    return words.find(bytes, lastName);
  }

  /** Where the name stands that was read last. */
  public long lastName() {
    return lastName;
  }

  /** A text or number, or 0 for null; nothing else. */
  public long scalar() throws Unusual {
    int next = next();
    if (next == '"') {
      return text();
    }
    if (next == 'n') {
      literal("null");
      return 0;
    }
    return number();
  }

  /** Moves past one of the words true, false and null. */
  public void literal(String word) throws Unusual {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at >= bytes.length || bytes[at] != word.charAt(i)) {
        throw Unusual.here();
      }
    }
  }

  /** A text with its quotes; the span is what stands between them. */
  public long text() throws Unusual {
    pass('"');
    int start = at;
    int end = start;
    long marks = marks(Words.at(bytes, end));
    while (marks == 0) {
      end += Long.BYTES;
      marks = marks(Words.at(bytes, end));
    }
    end += Long.numberOfTrailingZeros(marks) >>> 3;
    if (end < bytes.length && bytes[end] == '"') {
      at = end + 1;
      return Span.of(Span.ASCII, start, end - start);
    }
    return wide(start, end);
  }

  private long wide(int start, int from) throws Unusual {
    int end = from;
    while (end < bytes.length && bytes[end] != '"') {
      byte b = bytes[end++];
      if ((b >= 0 && b < ' ') || b == '\\' || b == 0x7F) {
        throw Unusual.here();
      }
    }
    if (end == bytes.length) {
      throw Unusual.here();
    }
    at = end + 1;
    long span = Span.of(Span.WIDE, start, end - start);
    String text = string(span);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // U+FFFD is what the decoder makes of bytes that are no UTF-8
      if (c == '\uFFFD' || Character.isISOControl(c)) {
        throw Unusual.here();
      }
    }
    return span;
  }

  /** A number without an exponent. */
  public long number() throws Unusual {
    boolean negative = next() == '-';
    int start = at;
    if (negative) {
      at++;
    }
    int whole = at;
    int digits = digits();
    if (digits == 0 || (digits > 1 && bytes[whole] == '0')) {
      throw Unusual.here();
    }
    int kind = Span.DIGITS;
    if (at < bytes.length && bytes[at] == '.') {
      at++;
      kind = Span.DECIMAL;
      if (digits() == 0) {
        throw Unusual.here();
      }
    }
    if (at - start > LONGEST_NUMBER) {
      throw Unusual.here();
    }
    return Span.of(negative ? Span.NEGATIVE : kind, start, at - start);
  }

  private int digits() {
    int start = at;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at - start;
  }

  /** What stands in a span, as a String. */
  public String string(long span) {
    int start = Span.start(span);
    int length = Span.length(span);
    return Span.kind(span) == Span.WIDE
        ? new String(bytes, start, length, StandardCharsets.UTF_8)
        : new String(bytes, start, length, StandardCharsets.ISO_8859_1);
  }

  /** Whether a text is empty or white space only. */
  public boolean blank(long text) {
    int start = Span.start(text);
    if (Span.kind(text) == Span.WIDE) {
      return string(text).isBlank();
    }
    int end = start + Span.length(text);
    while (start < end && bytes[start] == ' ') {
      start++;
    }
    return start == end;
  }

  /** A number of digits only that fits into a long. */
  public long whole(long span) throws Unusual {
    int length = Span.length(span);
    if (Span.kind(span) != Span.DIGITS || length > MOST_DIGITS) {
      throw Unusual.here();
    }
    long number = 0;
    int start = Span.start(span);
    for (int i = start; i < start + length; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  /** The bytes under the cursor, not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * The top bit of every byte that may end a text: quote, backslash, control character, DEL or no
   * ASCII. Exact up to the first such byte, which is all that is asked for: a byte behind it may be
   * marked by a borrow.
   */
  private static long marks(long word) {
    long quote = (word ^ EACH * '"') - EACH;
    long backslash = (word ^ EACH * '\\') - EACH;
    long control = word - EACH * ' ';
    return (quote | backslash | control | word | (word + EACH)) & TOP_BITS;
  }
}
