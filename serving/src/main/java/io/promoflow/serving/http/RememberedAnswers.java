package io.promoflow.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Answers that were given lately, as they were sent. The oldest make room for new ones.
 *
 * <p>They lie side by side in large arrays that are used again and again, because a hundred
 * thousand records that live for seconds are what a garbage collector likes least: kept as objects
 * they cost an eighth of a server's CPU.
 */
final class RememberedAnswers {
  /** Small enough for G1 to move it like any other object. */
  private static final int PAGE_BYTES = 1 << 18;

  private static final long UNKNOWN = -1;
  private static final byte[] START = "{\"decisionId\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int PREFIX = 2;
  private static final int ID_CHARACTERS = 26;

  private final int most;

  /** By the first digits of the id: number of the page, and place in it. */
  private final Long2LongHashMap places = new Long2LongHashMap(UNKNOWN);

  private final Long2ObjectHashMap<Page> pages = new Long2ObjectHashMap<>();
  private long oldest;
  private long next;

  /** The last one of the pages; null before the first. */
  private Page newest;

  private Page spare;

  /**
   * Remembers the latest answers.
   *
   * @param most of them at any time, all but a page of them at least; 0 or more
   */
  RememberedAnswers(int most) {
    this.most = most;
  }

  private static final class Page {
    private final byte[] bytes;
    private int filled;

    /** Of what was written here, some of it no longer remembered. */
    private long[] keys = new long[PAGE_BYTES >> 10];

    private int written;
    private int remembered;

    Page(int capacity) {
      bytes = new byte[capacity];
    }

    void write(long key, byte[] answer) {
      if (written == keys.length) {
        keys = Arrays.copyOf(keys, 2 * written);
      }
      keys[written++] = key;
      remembered++;
      for (int i = 0; i < Integer.BYTES; i++) {
        bytes[filled++] = (byte) (answer.length >>> (Byte.SIZE * i));
      }
      System.arraycopy(answer, 0, bytes, filled, answer.length);
      filled += answer.length;
    }

    byte[] read(int at) {
      int length = 0;
      for (int i = 0; i < Integer.BYTES; i++) {
        length |= (bytes[at + i] & 0xff) << (Byte.SIZE * i);
      }
      int from = at + Integer.BYTES;
      return Arrays.copyOfRange(bytes, from, from + length);
    }
  }

  /** Remembers an answer; a later one to the same question takes its place. */
  synchronized void put(String decisionId, byte[] answer) {
    if (most == 0) {
      return;
    }
    int room = Integer.BYTES + answer.length;
    Page page = newest;
    if (page == null || page.bytes.length - page.filled < room) {
      page = open(room);
    }
    long key = DecisionKey.of(decisionId);
    long place = (next - 1) * PAGE_BYTES + page.filled;
    page.write(key, answer);
    long before = places.put(key, place);
    if (before != UNKNOWN) {
      left(before);
    }
    while (places.size() > most && pages.size() > 1) {
      forgetOldest();
    }
    dropEmpty();
  }

  private Page open(int room) {
    Page page = room <= PAGE_BYTES && spare != null ? spare : new Page(Math.max(PAGE_BYTES, room));
    if (page == spare) {
      spare = null;
      page.filled = 0;
      page.written = 0;
      page.remembered = 0;
    }
    pages.put(next++, page);
    newest = page;
    return page;
  }

  private void left(long place) {
    pages.get(place / PAGE_BYTES).remembered--;
  }

  private void forgetOldest() {
    Page page = pages.get(oldest);
    for (int i = 0; i < page.written; i++) {
      if (places.get(page.keys[i]) / PAGE_BYTES == oldest) {
        places.remove(page.keys[i]);
        page.remembered--;
      }
    }
    dropEmpty();
  }

  /** Of old pages with nothing to remember one is kept, to be written again. */
  private void dropEmpty() {
    for (Page page = pages.get(oldest);
        pages.size() > 1 && page.remembered <= 0;
        page = pages.get(oldest)) {
      pages.remove(oldest++);
      if (page.bytes.length == PAGE_BYTES) {
        spare = page;
      }
    }
  }

  /** The answer to a question; null when it is not remembered. */
  synchronized byte[] find(String decisionId) {
    long place = isOurs(decisionId) ? places.get(DecisionKey.of(decisionId)) : UNKNOWN;
    if (place == UNKNOWN) {
      return null;
    }
    byte[] answer = pages.get(place / PAGE_BYTES).read((int) (place % PAGE_BYTES));
    return isAbout(answer, decisionId) ? answer : null;
  }

  /** No answer to this question is remembered from now on. */
  synchronized void forget(String decisionId) {
    long place = places.remove(DecisionKey.of(decisionId));
    if (place != UNKNOWN) {
      left(place);
      dropEmpty();
    }
  }

  /** Bytes that are held. */
  synchronized long bytes() {
    return pages.values().stream().mapToLong(page -> page.bytes.length).sum();
  }

  private static boolean isOurs(String decisionId) {
    if (decisionId.length() != ID_CHARACTERS || !decisionId.startsWith("d-")) {
      return false;
    }
    for (int i = PREFIX; i < ID_CHARACTERS; i++) {
      char c = decisionId.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Whether an answer is to this very question, and not to one whose id begins alike. */
  private static boolean isAbout(byte[] answer, String decisionId) {
    byte[] id = decisionId.getBytes(StandardCharsets.US_ASCII);
    return answer.length > START.length + id.length
        && Arrays.equals(answer, START.length, START.length + id.length, id, 0, id.length);
  }
}
