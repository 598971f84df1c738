package io.promoflow.serving.rules;

import java.util.Arrays;
import java.util.List;

/**
 * One key that a mapping of a rule file may have.
 *
 * @param name as it is written
 * @param kind what it holds
 * @param required whether it must be there whatever else is
 * @param least of a number
 * @param most of a number
 * @param constants of a constant, or examples of what is declared; empty otherwise
 * @param shape of the mapping, or of each in the list; null otherwise
 * @param meaning for people
 */
record Key(
    String name,
    Kind kind,
    boolean required,
    double least,
    double most,
    List<String> constants,
    Shape shape,
    String meaning) {

  enum Kind {
    TEXT,
    TEXTS,
    NUMBER,
    WHOLE,
    FLAG,
    MOMENT,
    DURATION,
    CONSTANT,
    DECLARED,
    BLOCK,
    BLOCKS
  }

  private static Key plain(String name, Kind kind, String meaning) {
    return new Key(name, kind, false, 0, 0, List.of(), null, meaning);
  }

  static Key text(String name, String meaning) {
    return plain(name, Kind.TEXT, meaning);
  }

  static Key texts(String name, String meaning) {
    return plain(name, Kind.TEXTS, meaning);
  }

  static Key flag(String name, String meaning) {
    return plain(name, Kind.FLAG, meaning);
  }

  static Key moment(String name, String meaning) {
    return plain(name, Kind.MOMENT, meaning);
  }

  static Key duration(String name, String meaning) {
    return plain(name, Kind.DURATION, meaning);
  }

  static Key number(String name, double least, double most, String meaning) {
    return new Key(name, Kind.NUMBER, false, least, most, List.of(), null, meaning);
  }

  static Key whole(String name, long least, long most, String meaning) {
    return new Key(name, Kind.WHOLE, false, least, most, List.of(), null, meaning);
  }

  static Key constant(String name, Class<? extends Enum<?>> type, String meaning) {
    List<String> constants = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
    return new Key(name, Kind.CONSTANT, false, 0, 0, constants, null, meaning);
  }

  /** A name that something else declares, for example one of these. */
  static Key declared(String name, List<String> examples, String meaning) {
    return new Key(name, Kind.DECLARED, false, 0, 0, examples, null, meaning);
  }

  static Key block(String name, Shape shape, String meaning) {
    return new Key(name, Kind.BLOCK, false, 0, 0, List.of(), shape, meaning);
  }

  static Key blocks(String name, Shape shape, String meaning) {
    return new Key(name, Kind.BLOCKS, false, 0, 0, List.of(), shape, meaning);
  }

  /** The same, and it must be there. */
  Key must() {
    return new Key(name, kind, true, least, most, constants, shape, meaning);
  }
}
