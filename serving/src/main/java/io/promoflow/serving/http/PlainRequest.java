package io.promoflow.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Recognises {@code POST /v1/decisions} over HTTP/1.1 as shops send it: a request line, headers of
 * printable ASCII, one length, a body. Whatever else a request may be is {@link Kind#OTHER} and
 * left to the server's own parser, so that nothing is ever read in two ways (RFC 9112, 11.2). Used
 * by one thread.
 */
final class PlainRequest {
  /** Head and body together. */
  static final int MOST_BYTES = 16_384;

  private static final byte[] LINE =
      "POST /v1/decisions HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final boolean[] TOKEN = token();
  private static final int MOST_DIGITS = 6;

  private static final byte[] HOST = ascii("host");
  private static final byte[] EXPECT = ascii("expect");
  private static final byte[] ORIGIN = ascii("origin");
  private static final byte[] UPGRADE = ascii("upgrade");
  private static final byte[] CONNECTION = ascii("connection");
  private static final byte[] KEEP_ALIVE = ascii("keep-alive");
  private static final byte[] AUTHORIZATION = ascii("authorization");
  private static final byte[] SEC_FETCH_SITE = ascii("sec-fetch-site");
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] CONTENT_ENCODING = ascii("content-encoding");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");

  /** What bytes turned out to be. */
  enum Kind {
    /** The beginning of one that may become whole. */
    UNFINISHED,
    /** Something for the thorough parser. */
    OTHER,
    /** All of one; more may follow. */
    WHOLE
  }

  private byte[] bytes;
  private int end;
  private int at;
  private int length;
  private boolean hasHost;
  private int hostFrom;
  private int hostUntil;
  private int keyFrom;
  private int keyUntil;
  private int bodyFrom;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean[] token() {
    var token = new boolean[128];
    for (char c = 0; c < token.length; c++) {
      token[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    return token;
  }

  /** What stands at the beginning of these bytes. */
  Kind read(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
    this.length = -1;
    this.hasHost = false;
    this.keyFrom = -1;
    int told = Math.min(end, LINE.length);
    if (!Arrays.equals(bytes, 0, told, LINE, 0, told)) {
      return Kind.OTHER;
    }
    at = told;
    Kind head = told < LINE.length ? Kind.UNFINISHED : head();
    if (head != Kind.WHOLE) {
      return head == Kind.UNFINISHED && end >= MOST_BYTES ? Kind.OTHER : head;
    }
    if (length < 0 || !hasHost || at + length > MOST_BYTES) {
      return Kind.OTHER;
    }
    bodyFrom = at;
    return at + length <= end ? Kind.WHOLE : Kind.UNFINISHED;
  }

  private Kind head() {
    while (true) {
      if (at + 1 >= end) {
        return at < end && bytes[at] != '\r' && !isToken(bytes[at]) ? Kind.OTHER : Kind.UNFINISHED;
      }
      if (bytes[at] == '\r') {
        at += 2;
        return bytes[at - 1] == '\n' ? Kind.WHOLE : Kind.OTHER;
      }
      Kind line = line();
      if (line != Kind.WHOLE) {
        return line;
      }
    }
  }

  /** One header; only a whole one moves on. */
  private Kind line() {
    int name = at;
    int i = name;
    while (i < end && isToken(bytes[i])) {
      i++;
    }
    if (i == end) {
      return Kind.UNFINISHED;
    }
    if (i == name || bytes[i] != ':') {
      return Kind.OTHER;
    }
    int colon = i++;
    while (i < end && (bytes[i] >= ' ' || bytes[i] == '\t') && bytes[i] != 127) {
      i++;
    }
    if (i + 1 >= end) {
      return i == end || bytes[i] == '\r' ? Kind.UNFINISHED : Kind.OTHER;
    }
    if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
      return Kind.OTHER;
    }
    at = i + 2;
    return take(name, colon, colon + 1, i) ? Kind.WHOLE : Kind.OTHER;
  }

  /** Takes a header in; false when it is not for the plain way. */
  private boolean take(int name, int nameEnd, int value, int valueEnd) {
    int from = value;
    int until = valueEnd;
    while (from < until && isBlank(bytes[from])) {
      from++;
    }
    while (until > from && isBlank(bytes[until - 1])) {
      until--;
    }
    return switch (nameEnd - name) {
      case 4 -> !is(name, nameEnd, HOST) || host(from, until);
      case 6 -> !is(name, nameEnd, EXPECT) && !is(name, nameEnd, ORIGIN);
      case 7 -> !is(name, nameEnd, UPGRADE);
      case 10 -> !is(name, nameEnd, CONNECTION) || is(from, until, KEEP_ALIVE);
      case 13 -> !is(name, nameEnd, AUTHORIZATION) || key(from, until);
      case 14 ->
          is(name, nameEnd, CONTENT_LENGTH)
              ? length(from, until)
              : !is(name, nameEnd, SEC_FETCH_SITE);
      case 16 -> !is(name, nameEnd, CONTENT_ENCODING);
      case 17 -> !is(name, nameEnd, TRANSFER_ENCODING);
      default -> true;
    };
  }

  private boolean host(int from, int until) {
    boolean isOnlyOne = !hasHost && from < until;
    hasHost = true;
    hostFrom = from;
    hostUntil = until;
    return isOnlyOne;
  }

  private boolean key(int from, int until) {
    boolean isOnlyOne = keyFrom < 0;
    keyFrom = from;
    keyUntil = until;
    return isOnlyOne;
  }

  private boolean length(int from, int until) {
    boolean isOnlyOne = length < 0 && from < until && until - from <= MOST_DIGITS;
    int told = 0;
    for (int i = from; i < until; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
      told = 10 * told + bytes[i] - '0';
    }
    length = told;
    return isOnlyOne;
  }

  private boolean is(int from, int until, byte[] lowerCase) {
    if (until - from != lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[from + i];
      if (b != lowerCase[i] && (b < 'A' || b > 'Z' || (b | 0x20) != lowerCase[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isToken(byte b) {
    return b > 0 && TOKEN[b];
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Bytes of head and body; of a whole request, as everything below. */
  int size() {
    return bodyFrom + length;
  }

  int bodyBytes() {
    return length;
  }

  byte[] body() {
    return Arrays.copyOfRange(bytes, bodyFrom, bodyFrom + length);
  }

  /** Value of the Host header. */
  String host() {
    return new String(bytes, hostFrom, hostUntil - hostFrom, StandardCharsets.US_ASCII);
  }

  boolean isHost(byte[] known) {
    return Arrays.equals(bytes, hostFrom, hostUntil, known, 0, known.length);
  }

  /** Value of the Authorization header; null when there is none. */
  String authorization() {
    return keyFrom < 0
        ? null
        : new String(bytes, keyFrom, keyUntil - keyFrom, StandardCharsets.US_ASCII);
  }

  /** Whether the Authorization header has this value; takes as long whichever byte differs. */
  boolean isAuthorization(byte[] known) {
    if (keyFrom < 0 || known.length != keyUntil - keyFrom) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < known.length; i++) {
      difference |= known[i] ^ bytes[keyFrom + i];
    }
    return difference == 0;
  }
}
