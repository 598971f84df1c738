package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the products of a promotion move that follow from their features.
 *
 * @param came those that are covered from now on
 * @param went those that are no longer
 * @param now how many there are
 */
record ProductMoves(List<String> came, List<String> went, int now) {
  private static final int MOST_NAMED = 5;

  static ProductMoves between(Promotion before, Promotion after) {
    return new ProductMoves(
        without(after.products(), before.products()),
        without(before.products(), after.products()),
        after.products().size());
  }

  /** All of them come. */
  static ProductMoves of(Promotion added) {
    return new ProductMoves(added.products(), List.of(), added.products().size());
  }

  /** A sentence per promotion whose products move. */
  static String between(RuleSet before, List<Promotion> after) {
    Map<String, Promotion> old =
        before.promotions().stream().collect(Collectors.toMap(Promotion::id, Function.identity()));
    return after.stream()
        .filter(one -> !one.products().equals(old.get(one.id()).products()))
        .map(one -> "products of " + one.id() + ": " + between(old.get(one.id()), one).inWords())
        .collect(Collectors.joining("; "));
  }

  private static List<String> without(List<String> all, List<String> some) {
    var gone = new HashSet<>(some);
    return all.stream().filter(one -> !gone.contains(one)).toList();
  }

  /** Such as {@code 2 come (p7, p9), 1 goes (p3), 41 now}. */
  String inWords() {
    return part(came, "come") + part(went, "go") + (now == 0 ? "none" : now) + " now";
  }

  private static String part(List<String> products, String verb) {
    if (products.isEmpty()) {
      return "";
    }
    String named = products.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    String more = products.size() > MOST_NAMED ? ", ..." : "";
    String many = products.size() == 1 ? (verb.equals("go") ? "goes" : "comes") : verb;
    return products.size() + " " + many + " (" + named + more + "), ";
  }
}
