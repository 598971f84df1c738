package io.promoflow.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.agrona.collections.Long2LongHashMap;

/**
 * Answers that were given lately, as they were sent. The oldest make room for new ones.
 *
 * <p>They lie side by side in large arrays that are used again and again, because a hundred
 * thousand records that live for seconds are what a garbage collector likes least: kept as objects
 * they cost an eighth of a server's CPU.
 */
final class RememberedAnswers {
  private static final int PAGE_BYTES = 1 << 20;
  private static final long UNKNOWN = -1;
  private static final int LENGTH_BYTES = Integer.BYTES;
  private static final byte[] START = "{\"decisionId\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int RADIX = 16;
  private static final int PREFIX = 2;
  private static final int DIGITS = 16;

  private final int most;

  /** By the first digits of the id: number of the page, and place in it. */
  private final Long2LongHashMap places = new Long2LongHashMap(UNKNOWN);

  /** Oldest first. */
  private final Deque<Page> pages = new ArrayDeque<>();

  private long nextNumber;
  private int kept;

  /**
   * Remembers at most so many, and at least all but a page of them.
   *
   * @param most 0 or more
   */
  RememberedAnswers(int most) {
    this.most = most;
  }

  private static final class Page {
    private final byte[] bytes;
    private long number;
    private int filled;
    private long[] keys = new long[PAGE_BYTES >> 10];
    private int size;

    Page(int capacity) {
      bytes = new byte[capacity];
    }
  }

  /** Remembers an answer; a later one to the same question takes its place. */
  synchronized void put(String decisionId, byte[] written) {
    int room = LENGTH_BYTES + written.length;
    if (most == 0) {
      return;
    }
    Page page = pages.peekLast();
    if (page == null || page.bytes.length - page.filled < room) {
      page = turn(room);
    }
    long key = key(decisionId);
    if (places.put(key, page.number * PAGE_BYTES + page.filled) == UNKNOWN) {
      kept++;
    }
    if (page.size == page.keys.length) {
      page.keys = Arrays.copyOf(page.keys, 2 * page.size);
    }
    page.keys[page.size++] = key;
    int at = page.filled;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      page.bytes[at++] = (byte) (written.length >>> (Byte.SIZE * i));
    }
    System.arraycopy(written, 0, page.bytes, at, written.length);
    page.filled = at + written.length;
    while (kept > most && pages.size() > 1) {
      forgetOldest();
    }
  }

  /** A page with room: the oldest one, when enough are remembered without it. */
  private Page turn(int room) {
    Page oldest = pages.peekFirst();
    boolean again = oldest != null && kept - oldest.size >= most && oldest.bytes.length >= room;
    if (again) {
      forgetOldest();
    }
    Page page = again ? oldest : new Page(Math.max(PAGE_BYTES, room));
    page.number = nextNumber++;
    page.filled = 0;
    page.size = 0;
    pages.addLast(page);
    return page;
  }

  private void forgetOldest() {
    Page page = pages.removeFirst();
    for (int i = 0; i < page.size; i++) {
      long place = places.get(page.keys[i]);
      if (place != UNKNOWN && place / PAGE_BYTES == page.number) {
        places.remove(page.keys[i]);
        kept--;
      }
    }
  }

  /** The answer to a question; null when it is not remembered. */
  synchronized byte[] find(String decisionId) {
    long place = isOurs(decisionId) ? places.get(key(decisionId)) : UNKNOWN;
    if (place == UNKNOWN) {
      return null;
    }
    byte[] bytes = page(place / PAGE_BYTES).bytes;
    int at = (int) (place % PAGE_BYTES);
    int length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      length |= (bytes[at + i] & 0xff) << (Byte.SIZE * i);
    }
    byte[] written = Arrays.copyOfRange(bytes, at + LENGTH_BYTES, at + LENGTH_BYTES + length);
    return isAbout(written, decisionId) ? written : null;
  }

  private Page page(long number) {
    long first = pages.getFirst().number;
    int skip = (int) (number - first);
    for (Page page : pages) {
      if (skip-- == 0) {
        return page;
      }
    }
    throw new IllegalStateException("a place names a page that is gone");
  }

  /** No answer to this question is remembered from now on. */
  synchronized void forget(String decisionId) {
    if (places.remove(key(decisionId)) != UNKNOWN) {
      kept--;
    }
  }

  private static boolean isOurs(String decisionId) {
    if (decisionId.length() < PREFIX + DIGITS) {
      return false;
    }
    for (int i = PREFIX; i < PREFIX + DIGITS; i++) {
      char c = decisionId.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static long key(String decisionId) {
    return Long.parseUnsignedLong(decisionId, PREFIX, PREFIX + DIGITS, RADIX);
  }

  /** Whether an answer is to this very question, and not to one whose id begins alike. */
  private static boolean isAbout(byte[] written, String decisionId) {
    byte[] id = decisionId.getBytes(StandardCharsets.US_ASCII);
    return written.length > START.length + id.length
        && Arrays.equals(written, START.length, START.length + id.length, id, 0, id.length);
  }
}
