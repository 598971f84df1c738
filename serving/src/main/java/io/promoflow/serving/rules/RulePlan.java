package io.promoflow.serving.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What would differ between two rule sets, for people: {@code +} comes, {@code -} goes, {@code ~}
 * changes, each change with its key, from and to.
 */
public final class RulePlan {
  private RulePlan() {}

  /** One line per difference; empty when there is none. */
  public static List<String> between(RuleSet live, RuleSet planned) {
    var lines = new ArrayList<String>();
    compare("promotion", live.promotions(), planned.promotions(), Promotion::id, lines);
    compare("experiment", unplaced(live), unplaced(planned), Experiment::id, lines);
    lines.addAll(moved(live, planned));
    if (!live.contactCaps().equals(planned.contactCaps())) {
      lines.add("~ contactCaps " + live.contactCaps() + " -> " + planned.contactCaps());
    }
    if (!Objects.equals(live.budgetMoves(), planned.budgetMoves())) {
      lines.add("~ budgetMoves " + live.budgetMoves() + " -> " + planned.budgetMoves());
    }
    if (live.holdoutShare() != planned.holdoutShare()) {
      lines.add("~ holdoutShare " + live.holdoutShare() + " -> " + planned.holdoutShare());
    }
    if (!Objects.equals(live.margin(), planned.margin())) {
      lines.add("~ margin " + live.margin() + " -> " + planned.margin());
    }
    return lines;
  }

  /** Which shoppers of each layer move; empty when none does. */
  private static List<String> moved(RuleSet live, RuleSet planned) {
    return LayerMoves.between(live.experiments(), planned.experiments());
  }

  /** Places in layers are told by who moves. */
  private static List<Experiment> unplaced(RuleSet rules) {
    return rules.experiments().stream().map(one -> one.withPlaces(null)).toList();
  }

  private static <T> void compare(
      String what, List<T> live, List<T> planned, Function<T, String> id, List<String> lines) {
    Map<String, T> before = byId(live, id);
    Map<String, T> after = byId(planned, id);
    var all = new LinkedHashSet<>(before.keySet());
    all.addAll(after.keySet());
    for (String one : all) {
      if (!after.containsKey(one)) {
        lines.add("- " + what + " " + one);
      } else if (!before.containsKey(one)) {
        lines.add("+ " + what + " " + one);
        added(after.get(one)).forEach(line -> lines.add("    " + line));
      } else if (!before.get(one).equals(after.get(one))) {
        lines.add("~ " + what + " " + one);
        changes(before.get(one), after.get(one)).forEach(line -> lines.add("    " + line));
      }
    }
    var stood = new ArrayList<>(before.keySet());
    stood.retainAll(after.keySet());
    var stand = new ArrayList<>(after.keySet());
    stand.retainAll(before.keySet());
    if (!stood.equals(stand)) { // the first experiment that takes a shopper counts
      lines.add("~ " + what + "s stand in another order: " + stand);
    }
  }

  private static <T> Map<String, T> byId(List<T> rules, Function<T, String> id) {
    return rules.stream()
        .collect(Collectors.toMap(id, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private static List<String> added(Object after) {
    return after instanceof Promotion one && !one.productsWhere().isEmpty()
        ? List.of("products: " + ProductMoves.of(one).inWords())
        : List.of();
  }

  private static List<String> changes(Object before, Object after) {
    if (before instanceof Promotion one
        && after instanceof Promotion other
        && !(one.productsWhere().isEmpty() && other.productsWhere().isEmpty())) {
      return changedProducts(one, other);
    }
    var lines = new ArrayList<String>();
    changes("", Wire.JSON.valueToTree(before), Wire.JSON.valueToTree(after), lines);
    return lines;
  }

  /** Hundreds of products are told by those that come and go. */
  private static List<String> changedProducts(Promotion before, Promotion after) {
    var lines = new ArrayList<String>();
    List<String> same = after.products();
    changes(
        "", Wire.JSON.valueToTree(before.withProducts(same)), Wire.JSON.valueToTree(after), lines);
    if (!before.products().equals(same)) {
      lines.add("products: " + ProductMoves.between(before, after).inWords());
    }
    return lines;
  }

  private static void changes(String path, JsonNode before, JsonNode after, List<String> lines) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      var names = new LinkedHashSet<String>();
      before.fieldNames().forEachRemaining(names::add);
      after.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String below = path.isEmpty() ? name : path + "." + name;
        changes(below, before.path(name), after.path(name), lines);
      }
    } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
      for (int i = 0; i < before.size(); i++) {
        changes(path + "[" + i + "]", before.get(i), after.get(i), lines);
      }
    } else {
      lines.add(path + ": " + shown(before) + " -> " + shown(after));
    }
  }

  private static String shown(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return "nothing";
    }
    return node.isTextual() ? node.asText() : node.toString();
  }
}
