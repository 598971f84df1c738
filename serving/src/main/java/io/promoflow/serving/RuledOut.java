package io.promoflow.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

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
  private final List<long[]> havingIt;

  private final long[] all;

  /** Numbers that conditions compare with, ascending; what is between them makes no difference. */
  private final double[] edges;

  /** Below the first edge, at it, between it and the next one, and so on. Null when too large. */
  private final long[][] byPlace;

  private final Map<String, long[]> byText = new HashMap<>();
  private final long[] byOtherText;

  /**
   * Of one fact.
   *
   * @param having the promotions that have each condition on the fact, by condition
   * @param promotions how many there are
   */
  RuledOut(Map<CompiledCondition, long[]> having, int promotions) {
    this.conditions = List.copyOf(having.keySet());
    this.havingIt = conditions.stream().map(having::get).toList();
    this.all = where(words(promotions), condition -> true);
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
        .forEach(text -> byText.put(text, where(all.length, one -> !one.holds(text))));
    this.byOtherText = where(all.length, one -> !one.holdsForOthers());
  }

  /** How many numbers hold the bits of so many promotions. */
  static int words(int promotions) {
    return (promotions + Long.SIZE - 1) / Long.SIZE;
  }

  private long[] where(int words, Predicate<CompiledCondition> fails) {
    var bits = new long[words];
    for (int i = 0; i < conditions.size(); i++) {
      if (fails.test(conditions.get(i))) {
        add(havingIt.get(i), bits);
      }
    }
    return bits;
  }

  private long[][] byPlace() {
    long places = 2L * edges.length + 1;
    if (places * all.length * Long.BYTES > MOST_BYTES) {
      return null;
    }
    var byPlace = new ArrayList<long[]>();
    for (int place = 0; place < places; place++) {
      int here = place;
      byPlace.add(where(all.length, one -> !one.holdsByOrder(Integer.compare(here, place(one)))));
    }
    return byPlace.toArray(long[][]::new);
  }

  private int place(CompiledCondition condition) {
    return place(condition.number());
  }

  private int place(double number) {
    int edge = Arrays.binarySearch(edges, number);
    return edge < 0 ? 2 * ~edge : 2 * edge + 1;
  }

  /** Adds those that something unknown rules out: all that ask. */
  void addUnknown(long[] bits) {
    add(all, bits);
  }

  /** Adds those that a number rules out. */
  void add(double number, long[] bits) {
    if (byPlace == null) {
      add(condition -> condition.holds(number), bits);
    } else {
      add(byPlace[place(number + 0.0)], bits); // -0.0 becomes 0.0
    }
  }

  /** Adds those that a text rules out. */
  void add(String text, long[] bits) {
    long[] found = byText.get(text);
    add(found == null ? byOtherText : found, bits);
  }

  /** Adds those with a condition that does not hold. */
  void add(Predicate<CompiledCondition> holds, long[] bits) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!holds.test(conditions.get(i))) {
        add(havingIt.get(i), bits);
      }
    }
  }

  private static void add(long[] more, long[] bits) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= more[i];
    }
  }
}
