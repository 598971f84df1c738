package io.promoflow.ingestion;

import io.promoflow.ingestion.wire.PlainJson;
import io.promoflow.ingestion.wire.Span;
import io.promoflow.ingestion.wire.Unusual;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link RawReader} is for ordinary events: one pass that notes where the known fields stand.
 * It gives up on the first thing that it does not know.
 */
final class PlainReader {
  private static final int PLACES = 4;
  private static final int NO_PLACE = -1;
  private static final int MOST_OTHER_NAMES = 32;

  /** Fields of the event itself and of its nested properties. */
  final PlainFields fields = new PlainFields();

  private final PlainJson json;
  private final Followers followers;
  private final int maxDepth;
  private int depth;
  private List<PlainFields> lines = List.of();
  private boolean linesSeen;
  private boolean unitDiscounts;
  private long[] otherNames = {};
  private int others;

  PlainReader(PlainJson json, Followers followers, int maxDepth) {
    this.followers = followers;
    this.json = json;
    this.maxDepth = maxDepth;
  }

  /** Reads the whole. */
  void read() throws Unusual {
    object(fields, 0, true);
    json.end();
  }

  /** Spans of the products or items. */
  List<PlainFields> lines() {
    return lines;
  }

  /** GA4's items: the discount is per piece and the price is already reduced by it. */
  boolean hasUnitDiscounts() {
    return unitDiscounts;
  }

  /** The event (place 0), one of its nested objects, or a line ({@link #NO_PLACE}). */
  private void object(PlainFields into, int place, boolean nesting) throws Unusual {
    enter('{');
    long seen = 0;
    int before = -1;
    int scope = others;
    for (boolean first = true; json.more('}', first); first = false) {
      int name = json.name(PlainNames.WORDS, followers.after(before));
      if (name < 0 || name >= PlainNames.PROPERTIES) {
        otherName(json.lastName(), scope);
      } else if ((seen & 1L << name) != 0) {
        throw Unusual.here();
      } else {
        seen |= 1L << name;
      }
      followers.note(before, name);
      before = name;
      member(into, place, nesting, name);
    }
    depth--;
    others = scope;
  }

  private void member(PlainFields into, int place, boolean nesting, int name) throws Unusual {
    if (name < 0) {
      skip();
    } else if (PlainNames.isField(name)) {
      field(into, Math.max(place, 0), name);
    } else if (name < PlainNames.PROPERTIES && place != NO_PLACE) {
      lines(name);
    } else if (name >= PlainNames.PROPERTIES && nesting) {
      object(fields, name - PlainNames.PROPERTIES + 1, false);
    } else {
      skip();
    }
  }

  /** Null and blank text mean the same as an absent field. */
  private void field(PlainFields into, int place, int name) throws Unusual {
    long span = json.scalar();
    if (span == 0 || (Span.kind(span) <= Span.WIDE && json.blank(span))) {
      return;
    }
    into.offer(PlainNames.field(name), span, PlainNames.order(name) * PLACES + place);
  }

  private void lines(int name) throws Unusual {
    if (linesSeen) {
      throw Unusual.here();
    }
    linesSeen = true;
    unitDiscounts = name == PlainNames.ITEMS;
    lines = new ArrayList<>();
    enter('[');
    for (boolean first = true; json.more(']', first); first = false) {
      var line = new PlainFields();
      object(line, NO_PLACE, false);
      lines.add(line);
    }
    depth--;
  }

  /** A name that we do not know may not be repeated either. */
  private void otherName(long span, int scope) throws Unusual {
    for (int i = scope; i < others; i++) {
      if (same(otherNames[i], span)) {
        throw Unusual.here();
      }
    }
    if (others == otherNames.length) {
      if (others == MOST_OTHER_NAMES) {
        throw Unusual.here();
      }
      otherNames = Arrays.copyOf(otherNames, MOST_OTHER_NAMES);
    }
    otherNames[others++] = span;
  }

  private boolean same(long one, long other) {
    int length = Span.length(one);
    return length == Span.length(other)
        && Arrays.equals(
            json.bytes(),
            Span.start(one),
            Span.start(one) + length,
            json.bytes(),
            Span.start(other),
            Span.start(other) + length);
  }

  /** Any value that means nothing to us. */
  private void skip() throws Unusual {
    switch (json.next()) {
      case '{' -> skipObject();
      case '[' -> skipArray();
      case 't' -> json.literal("true");
      case 'f' -> json.literal("false");
      default -> json.scalar();
    }
  }

  private void skipObject() throws Unusual {
    enter('{');
    int scope = others;
    for (boolean first = true; json.more('}', first); first = false) {
      otherName(json.name(), scope);
      skip();
    }
    depth--;
    others = scope;
  }

  private void skipArray() throws Unusual {
    enter('[');
    for (boolean first = true; json.more(']', first); first = false) {
      skip();
    }
    depth--;
  }

  private void enter(int open) throws Unusual {
    if (++depth > maxDepth) {
      throw Unusual.here();
    }
    json.pass(open);
  }
}
