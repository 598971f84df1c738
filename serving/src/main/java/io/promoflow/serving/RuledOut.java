package io.promoflow.serving;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which promotions one fact rules out: those with a condition on it that does not hold. A bit for
 * each promotion, by its number in the file. Found out beforehand for every answer that makes a
 * difference, so that a decision looks its answer up instead of testing condition after condition.
 * Never changes.
 */
final class RuledOut {
  /** Beyond this, what each number rules out is found out when it is asked for. */
  private static final long MOST_BYTES = 4L << 20;

  private final List<CompiledCondition> conditions;

  /** By condition, the promotions that have it. */
  private final List<BitSet> havingIt;

  private final BitSet all;

  /** Numbers that conditions compare with, ascending; what is between them makes no difference. */
  private final double[] edges;

  /** Below the first edge, at it, between it and the next one, and so on. Null when too large. */
  private final BitSet[] byPlace;

  private final Map<String, BitSet> byText = new HashMap<>();
  private final BitSet byOtherText;

  /**
   * Of one fact.
   *
   * @param having the promotions that have each condition on the fact, by condition
   */
  RuledOut(Map<CompiledCondition, BitSet> having) {
    this.conditions = List.copyOf(having.keySet());
    this.havingIt = conditions.stream().map(having::get).toList();
    this.all = where(condition -> true);
    this.edges =
        conditions.stream()
            .mapToDouble(CompiledCondition::number)
            .filter(number -> !Double.isNaN(number))
            .distinct()
            .sorted()
            .toArray();
    this.byPlace = byPlace();
    conditions.stream()
        .flatMap(condition -> condition.values().stream())
        .distinct()
        .forEach(text -> byText.put(text, where(one -> !one.holds(text))));
    this.byOtherText = where(one -> !one.holdsForOthers());
  }

  private BitSet where(Predicate<CompiledCondition> fails) {
    var bits = new BitSet();
    add(fails.negate(), bits);
    return bits;
  }

  private BitSet[] byPlace() {
    long places = 2L * edges.length + 1;
    if (places * all.size() / Byte.SIZE > MOST_BYTES) {
      return null;
    }
    return IntStream.range(0, (int) places)
        .mapToObj(
            here -> where(one -> !one.holdsByOrder(Integer.compare(here, place(one.number())))))
        .toArray(BitSet[]::new);
  }

  private int place(double number) {
    int edge = Arrays.binarySearch(edges, number);
    return edge < 0 ? 2 * ~edge : 2 * edge + 1;
  }

  /** Adds those that something unknown rules out: all that ask. */
  void addUnknown(BitSet bits) {
    bits.or(all);
  }

  /** Adds those that a number rules out. */
  void add(double number, BitSet bits) {
    if (byPlace == null) {
      add(condition -> condition.holds(number), bits);
    } else {
      bits.or(byPlace[place(number + 0.0)]); // -0.0 becomes 0.0
    }
  }

  /** Adds those that a text rules out. */
  void add(String text, BitSet bits) {
    bits.or(byText.getOrDefault(text, byOtherText));
  }

  /** Adds those with a condition that does not hold. */
  void add(Predicate<CompiledCondition> holds, BitSet bits) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!holds.test(conditions.get(i))) {
        bits.or(havingIt.get(i));
      }
    }
  }
}
