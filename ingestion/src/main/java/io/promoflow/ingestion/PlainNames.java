package io.promoflow.ingestion;

import io.promoflow.ingestion.wire.ShortWords;
import java.util.ArrayList;
import java.util.List;

/** The names in a raw event that mean something to us, as small numbers found by their bytes. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class PlainNames {
  static final int PRODUCTS;
  static final int ITEMS;

  /** The first of three: the nested objects, in the order of their rank. */
  static final int PROPERTIES;

  /** All of them. */
  static final ShortWords WORDS;

  private static final List<EventField.Alias> ALIASES = new ArrayList<>();

  static {
    var words = new ArrayList<String>();
    for (EventField field : EventField.values()) {
      field.names().forEach(name -> ALIASES.add(EventField.named(name)));
      words.addAll(field.names());
    }
    PRODUCTS = words.size();
    ITEMS = PRODUCTS + 1;
    PROPERTIES = PRODUCTS + 2;
    words.addAll(List.of("products", "items", "properties", "event_params", "params"));
    WORDS = new ShortWords(words);
  }

  private static final int[] FIELDS = ALIASES.stream().mapToInt(a -> a.field().ordinal()).toArray();
  private static final int[] ORDERS = ALIASES.stream().mapToInt(EventField.Alias::order).toArray();

  private PlainNames() {}

  /** How many there are. */
  static int count() {
    return PROPERTIES + 3;
  }

  static boolean isField(int name) {
    return name < PRODUCTS;
  }

  /** Position of the {@link EventField} that a name stands for. */
  static int field(int name) {
    return FIELDS[name];
  }

  /** How strongly, 0 first. */
  static int order(int name) {
    return ORDERS[name];
  }
}
