package io.promoflow.serving.rules;

import io.promoflow.ingestion.yaml.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * A mapping of a rule file: the keys it may have, and no others. Readers and the JSON Schema for
 * editors take them from here, so that neither can know a key that the other does not.
 *
 * @param name of the mapping, in one word
 * @param keys in the order in which they are best written
 * @param needs keys that must be there when another one holds a certain constant
 */
record Shape(String name, List<Key> keys, List<Need> needs) {

  /**
   * What a constant asks for.
   *
   * @param key that holds it
   * @param constant in upper case
   * @param needed keys that must be there then
   */
  record Need(String key, String constant, List<String> needed) {}

  static Shape of(String name, Key... keys) {
    return new Shape(name, List.of(keys), List.of());
  }

  /** The same, and a constant needs these keys. */
  Shape when(String key, Enum<?> constant, String... needed) {
    var all = new ArrayList<>(needs);
    all.add(new Need(key, constant.name(), List.of(needed)));
    return new Shape(name, keys, List.copyOf(all));
  }

  List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  Key key(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst().orElseThrow();
  }

  /** Null when absent or outside the range of the key. */
  Double number(Block block, String name) {
    Key key = key(name);
    return block.number(name, key.least(), key.most());
  }

  /** Null when absent or outside the range of the key. */
  Long whole(Block block, String name) {
    Key key = key(name);
    return block.whole(name, (long) key.least(), (long) key.most());
  }

  /** The mapping below a key; null when absent. */
  Block block(Block block, String name) {
    return block.block(name, key(name).shape().names());
  }

  /** The mappings below a key; empty when absent. */
  List<Block> blocks(Block block, String name) {
    return block.blocks(name, key(name).shape().names());
  }
}
