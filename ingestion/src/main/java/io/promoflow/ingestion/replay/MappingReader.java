package io.promoflow.ingestion.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.replay.FieldRule.As;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a mapping's YAML tree and collects everything that is wrong with it before refusing. */
final class MappingReader {
  private static final Set<String> EVENT_FIELDS =
      Set.of(
          "messageId",
          "event",
          "userId",
          "timestamp",
          "sessionId",
          "orderId",
          "productId",
          "category",
          "brand",
          "quantity",
          "currency",
          "unitPriceCents",
          "price",
          "discountCents",
          "discount",
          "promotionId",
          "decisionId",
          "query",
          "rating",
          "text",
          "dwellMillis");
  private static final List<String> NEEDED = List.of("messageId", "event", "userId", "timestamp");

  private final String origin;
  private final List<String> faults = new ArrayList<>();

  MappingReader(String origin) {
    this.origin = origin;
  }

  ReplayMapping read(JsonNode root) {
    known(root, "", Set.of("name", "description", "sources"));
    var sources = new ArrayList<SourceMapping>();
    JsonNode list = root.path("sources");
    if (!list.isArray() || list.isEmpty()) {
      fault("sources", "must be a list of at least one source", list);
    }
    for (int i = 0; i < list.size(); i++) {
      sources.add(source(list.get(i), "sources[" + i + "]"));
    }
    String name = text(root, "", "name", origin);
    String description = text(root, "", "description", "");
    if (!faults.isEmpty()) {
      throw new MappingException(faults);
    }
    return new ReplayMapping(name, description, List.copyOf(sources));
  }

  private SourceMapping source(JsonNode node, String key) {
    known(
        node,
        key,
        Set.of(
            "files",
            "format",
            "delimiter",
            "columns",
            "missing",
            "order",
            "fields",
            "when",
            "skip"));
    var format =
        switch (choice(node, key, "format", "csv", List.of("csv", "jsonl"))) {
          case "jsonl" -> SourceMapping.Format.JSONL;
          default -> SourceMapping.Format.CSV;
        };
    String delimiter = text(node, key, "delimiter", ",");
    if (delimiter.length() != 1) {
      fault(key + ".delimiter", "must be one character", node.path("delimiter"));
      delimiter = ",";
    }
    var fields = fields(node.path("fields"), key + ".fields");
    for (String needed : NEEDED) {
      if (!fields.containsKey(needed)) {
        fault(key + ".fields." + needed, "must be given", node.path("fields").path(needed));
      }
    }
    boolean byTime =
        choice(node, key, "order", "as-written", List.of("as-written", "by-time"))
            .equals("by-time");
    var mapping =
        new SourceMapping(
            text(node, key, "files", "*"),
            format,
            delimiter.charAt(0),
            texts(node.path("columns"), key + ".columns"),
            new LinkedHashSet<>(texts(node.path("missing"), key + ".missing")),
            byTime,
            fields,
            cases(node.path("when"), key + ".when"),
            skips(node.path("skip"), key + ".skip"));
    columnsExist(mapping, key);
    return mapping;
  }

  private void columnsExist(SourceMapping mapping, String key) {
    if (!mapping.columns().isEmpty()) {
      for (String column : mapping.columnsRead()) {
        if (!mapping.columns().contains(column)) {
          faults.add(
              origin
                  + ": "
                  + key
                  + ".columns: has no column '"
                  + column
                  + "', which is read; it has "
                  + mapping.columns());
        }
      }
    }
  }

  private Map<String, FieldRule> fields(JsonNode node, String key) {
    var fields = new LinkedHashMap<String, FieldRule>();
    if (!node.isObject()) {
      fault(key, "must be a map of event fields", node);
    }
    node.properties()
        .forEach(
            field -> {
              String at = key + "." + field.getKey();
              if (!EVENT_FIELDS.contains(field.getKey())) {
                faults.add(
                    origin + ": " + at + ": is no event field; those are " + sorted(EVENT_FIELDS));
              }
              FieldRule rule = rule(field.getValue(), at);
              if (rule != null) {
                fields.put(field.getKey(), rule);
              }
            });
    return fields;
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  /** Null, with a fault noted, when the rule cannot be read. */
  private FieldRule rule(JsonNode node, String key) {
    if (node.has("value")) {
      known(node, key, Set.of("value"));
      JsonNode value = node.get("value");
      return new FieldRule.Constant(value.isNumber() ? value.decimalValue() : value.asText());
    }
    if (node.has("template")) {
      known(node, key, Set.of("template"));
      return new FieldRule.Template(text(node, key, "template", ""));
    }
    if (node.has("sum")) {
      known(node, key, Set.of("sum"));
      return new FieldRule.Sum(texts(node.get("sum"), key + ".sum"));
    }
    if (node.has("of-line")) {
      known(node, key, Set.of("of-line", "total", "pieces"));
      boolean price =
          choice(node, key, "of-line", "price", List.of("price", "pieces")).equals("price");
      return new FieldRule.OfLine(
          price, texts(node.path("total"), key + ".total"), text(node, key, "pieces", null));
    }
    if (node.has("column")) {
      return column(node, key);
    }
    fault(key, "must have one of value, template, column, sum, of-line", node);
    return null;
  }

  private FieldRule column(JsonNode node, String key) {
    known(node, key, Set.of("column", "strip-suffix", "as", "time", "zone"));
    String column = text(node, key, "column", null);
    if (!node.has("time")) {
      var names = new ArrayList<String>();
      for (As as : As.values()) {
        names.add(as.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      String as = choice(node, key, "as", "text", names);
      String suffix = node.has("strip-suffix") ? text(node, key, "strip-suffix", null) : null;
      return new FieldRule.Column(
          column, suffix, As.valueOf(as.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
    DateTimeFormatter format = DateTimeFormatter.ISO_OFFSET_DATE_TIME;
    ZoneId zone = ZoneId.of("UTC");
    String pattern = text(node, key, "time", null);
    try {
      format = pattern.equals("iso") ? format : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    } catch (IllegalArgumentException e) {
      fault(
          key + ".time",
          "must be 'iso' or a pattern such as yyyy-MM-dd HH:mm:ss",
          node.get("time"));
    }
    try {
      zone = ZoneId.of(text(node, key, "zone", "UTC"));
    } catch (DateTimeException e) {
      fault(key + ".zone", "must be a time zone such as Europe/London", node.get("zone"));
    }
    return new FieldRule.Time(column, format, zone);
  }

  private List<SourceMapping.Case> cases(JsonNode list, String key) {
    var cases = new ArrayList<SourceMapping.Case>();
    for (int i = 0; i < list.size(); i++) {
      String at = key + "[" + i + "]";
      known(list.get(i), at, Set.of("if", "fields"));
      cases.add(
          new SourceMapping.Case(
              conditions(list.get(i).path("if"), at + ".if"),
              fields(list.get(i).path("fields"), at + ".fields")));
    }
    return cases;
  }

  private List<List<RowCondition>> skips(JsonNode list, String key) {
    var skips = new ArrayList<List<RowCondition>>();
    for (int i = 0; i < list.size(); i++) {
      skips.add(conditions(list.get(i), key + "[" + i + "]"));
    }
    return skips;
  }

  private List<RowCondition> conditions(JsonNode node, String key) {
    var conditions = new ArrayList<RowCondition>();
    if (node.isArray() && !node.isEmpty()) {
      for (int i = 0; i < node.size(); i++) {
        conditions.add(condition(node.get(i), key + "[" + i + "]"));
      }
    } else {
      conditions.add(condition(node, key));
    }
    return conditions;
  }

  private RowCondition condition(JsonNode node, String key) {
    String column = text(node, key, "column", null);
    var test = RowCondition.Test.EMPTY;
    List<String> operands = List.of("true");
    int tests = 0;
    for (RowCondition.Test candidate : RowCondition.Test.values()) {
      String name = candidate.name().toLowerCase(Locale.ROOT).replace('_', '-');
      JsonNode operand = node.path(name);
      if (!operand.isMissingNode()) {
        tests++;
        test = candidate;
        operands = operand.isArray() ? texts(operand, key + "." + name) : List.of(operand.asText());
      }
    }
    if (tests != 1 || node.size() != 2) {
      fault(
          key,
          "must have a column and one of equals, one-of, starts-with, less-than, greater-than, empty",
          node);
    } else if ((test == RowCondition.Test.LESS_THAN || test == RowCondition.Test.GREATER_THAN)
        && FieldRule.number(operands.get(0)) == null) {
      fault(key, "must compare with a number", node);
    }
    return new RowCondition(column, test, operands);
  }

  private void known(JsonNode node, String key, Set<String> names) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                String at = key.isEmpty() ? name : key + "." + name;
                faults.add(origin + ": " + at + ": is no key here; those are " + sorted(names));
              }
            });
  }

  private String text(JsonNode node, String key, String name, String fallback) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() && fallback != null) {
      return fallback;
    }
    if (!value.isValueNode() || value.isNull()) {
      fault(key.isEmpty() ? name : key + "." + name, "must be a text", value);
      return "";
    }
    return value.asText();
  }

  private String choice(
      JsonNode node, String key, String name, String fallback, List<String> choices) {
    String chosen = text(node, key, name, fallback);
    if (!choices.contains(chosen)) {
      fault(key + "." + name, "must be one of " + choices, node.path(name));
      return fallback;
    }
    return chosen;
  }

  private List<String> texts(JsonNode node, String key) {
    var texts = new ArrayList<String>();
    if (!node.isMissingNode() && !node.isArray()) {
      fault(key, "must be a list of texts", node);
    }
    node.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private void fault(String key, String rule, JsonNode value) {
    String shown = value == null || value.isMissingNode() ? "nothing" : value.toString();
    faults.add(origin + ": " + key + ": " + rule + ", not " + shown);
  }
}
