package io.promoflow.serving.rules;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Files with one defect each, made of the example that we ship; no two are the same. */
public final class BadRuleFiles {
  private static final Pattern KEY = Pattern.compile("(?<=^|[ {])([a-zA-Z]+):(?= |$)");
  private static final Pattern VALUE = Pattern.compile("(?<=: )([^,{}\\[\\] ]+)(?=[,}]| *$)");
  private static final List<String> LETTERS = List.of("x", "s", "_", "Q");

  /** Instead of an index. */
  private static final int ANYWHERE = -1;

  private static final Pattern ID = Pattern.compile("^  - \\{?id: ([a-z-]+)");

  private final List<String> good;
  private final Map<String, List<Bad>> byKind = new LinkedHashMap<>();

  /**
   * A file that must be refused whole.
   *
   * @param kind of the defect
   * @param text of the file
   * @param line at which it must be told, from 1; 0 for any
   * @param rule that must be named; empty when none is at fault
   * @param told part of what must be told
   * @param bySchema whether editors see it by the JSON Schema already
   */
  public record Bad(
      String kind, String text, int line, String rule, String told, boolean bySchema) {}

  private BadRuleFiles(String text) {
    good = text.lines().toList();
    LETTERS.forEach(this::misspelt);
    for (int i = 0; i < good.size(); i++) {
      wrongTypes(i);
      notYaml(i);
    }
    missing();
    outOfRange();
    meaningless();
    impossible();
    beyondWhatIsKept();
  }

  /** So many, of as many kinds as there are. */
  public static List<Bad> of(String good, int count, Random random) {
    List<List<Bad>> kinds = List.copyOf(new BadRuleFiles(good).byKind.values());
    kinds.forEach(kind -> Collections.shuffle(kind, random));
    int most = kinds.stream().mapToInt(List::size).max().orElse(0);
    var taken = new LinkedHashMap<String, Bad>();
    for (int i = 0; i < most; i++) {
      for (List<Bad> kind : kinds) {
        if (i < kind.size() && taken.size() < count) {
          taken.putIfAbsent(kind.get(i).text(), kind.get(i));
        }
      }
    }
    return List.copyOf(taken.values());
  }

  private void add(String kind, int index, String line, String told, boolean bySchema) {
    add(kind, index, line, index, told, bySchema);
  }

  /** Puts a line in the place of another one; it is told at {@code toldAt}, which is an index. */
  private void add(String kind, int index, String line, int toldAt, String told, boolean bySchema) {
    var lines = new ArrayList<>(good);
    lines.set(index, line);
    byKind
        .computeIfAbsent(kind, name -> new ArrayList<>())
        .add(
            new Bad(
                kind, String.join("\n", lines) + "\n", toldAt + 1, rule(toldAt), told, bySchema));
  }

  /** The rule that a line stands in. */
  private String rule(int index) {
    String id = "";
    for (int i = index; i >= 0; i--) {
      String line = good.get(i);
      Matcher start = ID.matcher(line);
      if (id.isEmpty() && start.find()) {
        id = start.group(1);
      }
      if (line.matches("[a-zA-Z]+:.*")) {
        String section = line.substring(0, line.indexOf(':'));
        boolean isRules = List.of("campaigns", "promotions", "experiments").contains(section);
        return isRules && i < index ? section.substring(0, section.length() - 1) + " " + id : "";
      }
    }
    return "";
  }

  private int line(String holds) {
    List<Integer> found =
        IntStream.range(0, good.size()).filter(i -> good.get(i).contains(holds)).boxed().toList();
    if (found.size() != 1) {
      throw new IllegalStateException(holds + " stands in " + found.size() + " lines");
    }
    return found.get(0);
  }

  private static String code(String line) {
    int remark = line.indexOf('#');
    return remark < 0 ? line : line.substring(0, remark);
  }

  private void misspelt(String letter) {
    for (int i = 0; i < good.size(); i++) {
      Matcher key = KEY.matcher(code(good.get(i)));
      while (key.find()) {
        if (!key.group(1).equals("id")) {
          String line = new StringBuilder(good.get(i)).insert(key.end(1), letter).toString();
          add("unknown key", i, line, key.group(1) + letter + ": unknown key; did you mean", true);
        }
      }
    }
  }

  private void wrongTypes(int i) {
    Matcher value = VALUE.matcher(code(good.get(i)));
    while (value.find()) {
      String is = value.group(1);
      if (is.matches("-?[0-9.]+")) {
        wrongType(i, value, "many", "must be a ");
        wrongType(i, value, "[1]", "must be a text");
      } else if (is.matches("\\d+-.*Z")) {
        wrongType(i, value, "soon", "must be a moment with a zone");
        wrongType(i, value, is.substring(0, 10), "must be a moment with a zone");
      } else if (is.matches("P\\d+D")) {
        wrongType(i, value, "P0D", "must be a length of time above 0");
        wrongType(i, value, "a week", "must be a length of time above 0");
      } else if (is.equals("true")) {
        wrongType(i, value, "perhaps", "must be true or false");
      } else if (is.matches("[A-Z_]+") && !is.equals("WELCOME")) {
        wrongType(i, value, is + "X", "must be one of [");
        wrongType(i, value, "7", "must be one of [");
      }
    }
    String line = good.get(i);
    int list = line.indexOf(": [");
    if (list >= 0) {
      String told = "must be a list";
      String with = line.substring(0, list) + ": 5" + line.substring(line.lastIndexOf(']') + 1);
      add("no list", i, with, told, true);
    }
  }

  private void wrongType(int i, Matcher value, String wrong, String told) {
    String line = good.get(i);
    boolean schemaTakesIt = wrong.equals("P0D"); // a length of time, but not one above 0
    add(
        "wrong type",
        i,
        line.substring(0, value.start(1)) + wrong + line.substring(value.end(1)),
        told,
        !schemaTakesIt);
  }

  private void notYaml(int i) {
    String line = good.get(i);
    if (line.startsWith("    ") && !line.contains("[") && !line.contains("{")) {
      add("no YAML", i, "\t" + line.stripLeading(), ANYWHERE, "is no YAML", false);
      add("no YAML", i, line.replaceFirst(": ?", ": \""), ANYWHERE, "is no YAML", false);
    }
  }

  private void missing() {
    for (String key : List.of("weight", "metric", "offers", "floor", "maxStep", "alpha")) {
      dropped("\\{", key, "must be given", true);
      dropped(", ", key, "must be given", true);
    }
    dropped("\\{", "field", "must be given", true);
    dropped(", ", "operator", "must be given", true);
    dropped("- \\{", "minSpendCents", "must be given", true);
    dropped("\\{", "couponCode", "COUPON needs it", false);
    dropped(", ", "memberLevel", "MEMBER_PRICE needs it", false);
    dropped("\\{", "giftProductId", "GIFT needs it", false);
  }

  private void dropped(String before, String key, String told, boolean bySchema) {
    var entry = Pattern.compile("(" + before + ")" + key + ": [^,}]+(, )?");
    for (int i = 0; i < good.size(); i++) {
      Matcher found = entry.matcher(good.get(i));
      if (found.find()) {
        String line = found.replaceFirst("$1").replace(", }", "}");
        add("nothing given", i, line, key + ": " + told, bySchema);
      }
    }
  }

  private void outOfRange() {
    for (String key : List.of("share", "floor", "weight", "margin", "maxStep", "alpha")) {
      for (String number : List.of("-1.5", "1.5", "77")) {
        wrongNumber(key, number);
      }
    }
    for (String key :
        List.of("percent", "amountCents", "minSpendCents", "budgetCents", "stock", "offers")) {
      for (String number : List.of("-1", "-500", "99999999999999")) {
        wrongNumber(key, number);
      }
    }
    IntStream.range(101, 130).forEach(n -> wrongNumber("offers", "" + n));
  }

  private void wrongNumber(String key, String number) {
    var entry = Pattern.compile("(?<=[ {]" + key + ": )[0-9.]+");
    for (int i = 0; i < good.size(); i++) {
      Matcher found = entry.matcher(code(good.get(i)));
      if (found.find()) {
        String line = good.get(i).substring(0, found.start()) + number;
        String told = key + ": must be a ";
        add("out of range", i, line + good.get(i).substring(found.end()), told, true);
      }
    }
  }

  private void meaningless() {
    int older = line("days_since_last_order");
    each("impossible condition", 61, n -> good.get(older) + other("days_since_last_order", n))
        .at(older, line("values: [\"false\"]"), "conditions contradict each other");
    int evening = line("field: hour");
    each("impossible condition", 19, n -> good.get(evening) + other("hour", n))
        .at(evening, evening, "conditions contradict each other");
    each("impossible condition", 40, n -> good.get(evening).replace("18", "" + (24 + n)))
        .at(evening, evening, "lies in 0 to 23");
    int bundle = line("id: camera-and-case");
    each("unreachable", 100, n -> "  - {id: shadow, " + shadow(n) + "}\n" + good.get(bundle))
        .at(bundle, bundle, "is never reached: gold-price");
    int gift = line("id: mug");
    each("overlap", 30, n -> "  - {id: twin, " + twin(n) + "}\n" + good.get(gift))
        .at(gift, gift, "both are of group bundle and can hold at once");
    for (String percent : List.of("percent: 30}", "percent: 12}", "percent: 8,")) {
      int at = line(percent);
      each("loss-making", 60, n -> good.get(at).replaceAll("percent: \\d+", "percent: " + (36 + n)))
          .at(at, at, "terms.percent: leaves");
    }
    int budget = line("budgetCents: 2000000");
    each("budget too small", 250, n -> "    budgetCents: " + (n * 2))
        .at(budget, budget, "must cover one redemption");
    int unused = line("id: free-shipping");
    each("name taken", 1, n -> "  - id: mug").at(unused, unused, "is taken on line");
    int variant = line("id: miss-you");
    each("weights", 49, n -> good.get(variant).replace("0.5", "0.%02d".formatted(n)))
        .at(variant, line("    variants:") + 1, "weights must add up to 1");
    each("unknown name", 20, n -> good.get(variant).replace("we-miss-you]", "we-miss-" + n + "]"))
        .at(variant, variant, "must name promotions of this file");
    int flash = line("id: holiday-flash") + 2;
    each("unknown name", 20, n -> "    campaign: holiday-" + n)
        .at(flash, flash, "must name a campaign of this file");
    int metric = line("primaryMetric");
    each("unknown name", 20, n -> "    primaryMetric: joy" + n)
        .at(metric, metric, "must be one of");
    int feature = line("days_since_last_order");
    each("unknown name", 20, n -> good.get(feature).replace("since_last", "since_" + n))
        .at(feature, feature, "unknown field; did you mean");
    int pieces = line("field: product_pieces_7d");
    each("unknown name", 20, n -> good.get(pieces).replace("product_pieces", "product_piece" + n))
        .at(pieces, pieces, "did you mean product_");
    each("unknown name", 20, n -> good.get(pieces).replace("product_pieces_7d", "views_" + n + "d"))
        .at(pieces, pieces, "did you mean product_");
    each("impossible condition", 20, n -> good.get(pieces) + more("product_pieces_7d", 5 + n))
        .at(pieces, pieces, "conditions contradict each other");
    int most = line("mostProducts:");
    each("given twice over", 20, n -> good.get(most) + "\n    products: [lamp-" + n + "]")
        .at(most, most + 1, "cannot go with productsWhere");
    int zone = line("zone:");
    each("unknown name", 20, n -> "    zone: Europe/Town" + n)
        .at(zone, zone, "must be a time zone");
  }

  private void impossible() {
    int evening = line("field: hour");
    each(
            "impossible condition",
            23,
            n -> good.get(evening).replaceAll("GE.*", "EQ, number: " + n + ".5}"))
        .at(evening, evening, "hour is a whole number");
    each("impossible condition", 20, n -> good.get(evening) + lacks("electronics, toys-" + n))
        .at(evening, evening, "no cart with what is covered");
    int days = line("field: weekday");
    each("impossible condition", 7, n -> good.get(days).replaceAll("IN,.*", noDay(n)))
        .at(days, evening, "weekday in Europe/Berlin must be none of");
    int known = line("values: [\"false\"]");
    each(
            "impossible condition",
            20,
            n -> good.get(known).replace("false", "true") + other("orders_7d", 1 + n))
        .at(known, known, "since a new one has no days_since_last_order");
  }

  private static String lacks(String categories) {
    return "\n      - {field: cart_category, operator: NOT_IN, values: [%s]}".formatted(categories);
  }

  /** No day at all, told from another day on. */
  private static String noDay(int first) {
    List<String> days =
        IntStream.range(0, 7).mapToObj(i -> DayOfWeek.of(1 + (first + i) % 7).name()).toList();
    return "NOT_IN, values: " + days + "}";
  }

  private void beyondWhatIsKept() {
    int cap = line("perShopperCap:");
    each("cap too large", 60, n -> "    perShopperCap: " + (101 + n))
        .at(cap, cap, "must be 100 at most");
    int bundle = line("products: [camera-1, case-1]");
    each("twins", 30, n -> "    products: [case-%d, camera-1, case-%d]".formatted(n, n))
        .at(bundle, bundle, "a BUNDLE asks for one piece of each");
    int clearance = line("category: clearance, share");
    each("loss-making", 12, n -> good.get(clearance).replace("0.70", "0.%02d".formatted(5 + n)))
        .at(clearance, line("percent: 12}"), "terms.percent: leaves");
  }

  private static String other(String field, int below) {
    return "\n      - {field: %s, operator: LT, number: %d}".formatted(field, below);
  }

  private static String more(String field, int above) {
    return "\n      - {field: %s, operator: GT, number: %d}".formatted(field, above);
  }

  private static String shadow(int n) {
    return "kind: MEMBER_PRICE, terms: {percent: %d, memberLevel: gold}, priority: %d, stackingGroup: member"
        .formatted(1 + n % 30, n % 10);
  }

  private static String twin(int n) {
    return "kind: PERCENT_OFF, terms: {percent: %d}, priority: 10, stackingGroup: bundle"
        .formatted(1 + n);
  }

  private Many each(String kind, int count, IntFunction<String> line) {
    return (index, toldAt, told) ->
        IntStream.range(0, count)
            .forEach(n -> addMeaningless(kind, index, line.apply(n), toldAt, told));
  }

  private void addMeaningless(String kind, int index, String line, int toldAt, String told) {
    add(kind, index, line, toldAt, told, false);
    if (line.startsWith("  - {id: ") || line.equals("  - id: mug")) {
      List<Bad> all = byKind.get(kind);
      Bad last = all.remove(all.size() - 1);
      String id = line.replaceAll("(?s)^  - \\{?id: ([a-z]+).*", "$1");
      all.add(new Bad(kind, last.text(), last.line(), "promotion " + id, told, false));
    }
  }

  private interface Many {
    void at(int index, int toldAt, String told);
  }
}
