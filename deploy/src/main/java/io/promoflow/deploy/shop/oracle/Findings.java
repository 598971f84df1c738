package io.promoflow.deploy.shop.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the oracle found, counted by kind, with the first few in words. */
public final class Findings {
  private static final int MOST_TOLD = 20;

  private long lost;
  private long duplicated;
  private long wrong;
  private long extra;
  private final List<String> told = new ArrayList<>();

  void lost(long count, String what) {
    lost += count;
    tell("lost: " + what);
  }

  void duplicated(long count, String what) {
    duplicated += count;
    tell("duplicated: " + what);
  }

  void wrong(String what) {
    wrong++;
    tell("wrong: " + what);
  }

  void extra(long count, String what) {
    extra += count;
    tell("extra: " + what);
  }

  private void tell(String what) {
    if (told.size() < MOST_TOLD) {
      told.add(what);
    }
  }

  /**
   * Compares a table with what it should hold, by key.
   *
   * @param what name of the table, for people
   * @param expected by key
   * @param rows of the table
   * @param key of a row
   * @param difference of an expected and a found one in words; null when they agree
   */
  <E, R> void compare(
      String what,
      Map<String, E> expected,
      List<R> rows,
      Function<R, String> key,
      BiFunction<E, R, String> difference) {
    Set<String> seen = new HashSet<>();
    Map<String, R> byKey = new HashMap<>();
    for (R row : rows) {
      String id = key.apply(row);
      if (!seen.add(id)) {
        duplicated(1, what + " " + id);
      } else if (!expected.containsKey(id)) {
        extra(1, what + " " + id);
      } else {
        byKey.put(id, row);
      }
    }
    expected.forEach(
        (id, one) -> {
          R row = byKey.get(id);
          String problem = row == null ? "" : difference.apply(one, row);
          if (row == null) {
            lost(1, what + " " + id);
          } else if (problem != null) {
            wrong(what + " " + id + ": " + problem);
          }
        });
  }

  public long lost() {
    return lost;
  }

  public long duplicated() {
    return duplicated;
  }

  public long wrong() {
    return wrong;
  }

  public long extra() {
    return extra;
  }

  /** The first few, in words. */
  public List<String> told() {
    return List.copyOf(told);
  }

  public boolean areNone() {
    return lost + duplicated + wrong + extra == 0;
  }
}
