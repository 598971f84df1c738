package io.promoflow.evaluation;

import io.promoflow.evaluation.Metric.Kind;
import io.promoflow.evaluation.Metric.Span;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.yaml.Block;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one metric of {@code metrics.yaml}; notes what is wrong and goes on. */
final class MetricBlock {
  static final List<String> KEYS =
      List.of(
          "id",
          "kind",
          "of",
          "events",
          "over",
          "overEvents",
          "at",
          "per",
          "products",
          "categories",
          "promotions",
          "from",
          "window",
          "maturity",
          "cap",
          "unit",
          "better",
          "meaning");
  private static final Set<String> MONEY = Set.of("spend", "profit", "discount");
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Duration LONGEST = Duration.ofDays(400);
  private static final long MOST_CENTS = 1_000_000_000_000L;
  private static final List<String> EVENT_TYPES =
      Arrays.stream(ShopEventType.values()).map(Enum::name).toList();

  private final Block block;

  MetricBlock(Block block) {
    this.block = block;
  }

  /** Harmless where something is wrong. */
  Metric read() {
    String id = block.requiredText("id");
    if (!id.isEmpty() && !ID.matcher(id).matches()) {
      block.problem("id", "must be lower case letters, digits and _", id);
    }
    Kind kind = kind();
    Amount of = amount("of", "events");
    checkMoney(id, kind, of.flow());
    Span span = span();
    return new Metric(
        id,
        0,
        kind,
        of,
        over(kind),
        at(kind, of.flow()),
        perOrder(kind, of.flow()),
        new OutcomeFilter(
            block.texts("products"), block.texts("categories"), block.texts("promotions")),
        span,
        maturity(span),
        cap(kind, of.flow()),
        block.requiredText("unit"),
        direction(),
        block.requiredText("meaning"));
  }

  /** Returns and budgets take these for what they are called. */
  private void checkMoney(String id, Kind kind, Flow of) {
    if (!MONEY.contains(id)) {
      return;
    }
    if (kind != Kind.MEAN) {
      block.problem("kind", "must be mean, as returns rest on " + id, block.text("kind"));
    }
    if (!of.word().equals(id)) {
      block.problem("of", "must be " + id + ", as returns rest on it", block.text("of"));
    }
  }

  private Kind kind() {
    List<String> words =
        Arrays.stream(Kind.values()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    String word = oneOf("kind", block.requiredText("kind"), words);
    return word == null ? Kind.MEAN : Kind.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Null, with the nearest noted, when it is none of them. */
  private String oneOf(String key, String word, List<String> known) {
    if (known.contains(word)) {
      return word;
    }
    if (!word.isEmpty()) {
      String nearest = Block.nearest(word, known);
      block.problem(key, "must be one of " + known + "; did you mean " + nearest + "?", word);
    }
    return null;
  }

  private Amount amount(String key, String eventsKey) {
    String word = oneOf(key, block.requiredText(key), Flow.words());
    Flow flow = word == null ? Flow.ORDERS : Flow.named(word).orElseThrow();
    Set<ShopEventType> events = events(eventsKey);
    if (word != null && flow.needsEventTypes() == events.isEmpty()) {
      String rule =
          flow.needsEventTypes()
              ? "must name an event type at least, with " + key + ": " + word
              : "must be left out with " + key + ": " + word + ", which knows its events";
      block.problem(eventsKey, rule, events.isEmpty() ? null : events);
    }
    return new Amount(flow, events);
  }

  private Set<ShopEventType> events(String key) {
    var events = EnumSet.noneOf(ShopEventType.class);
    for (String word : block.texts(key)) {
      String event = oneOf(key, word, EVENT_TYPES);
      if (event != null) {
        events.add(ShopEventType.valueOf(event));
      }
    }
    return events;
  }

  private Amount over(Kind kind) {
    if (kind == Kind.RATIO) {
      return amount("over", "overEvents");
    }
    refuse("over", "must be left out, or kind must be ratio");
    refuse("overEvents", "must be left out, or kind must be ratio");
    return null;
  }

  private double at(Kind kind, Flow flow) {
    if (kind != Kind.QUANTILE) {
      refuse("at", "must be left out, or kind must be quantile");
      return 0;
    }
    if (!block.has("at")) {
      block.problem("at", "must be given for a quantile: the share below it, such as 0.9", null);
    }
    if (flow.isShare()) {
      block.problem("of", "must not be 0 or 1 per shopper for a quantile", flow.word());
    }
    Double share = block.number("at", 0.001, 0.999);
    return share == null ? 0.5 : share;
  }

  private boolean perOrder(Kind kind, Flow flow) {
    if (kind != Kind.QUANTILE) {
      refuse("per", "must be left out, or kind must be quantile");
      return false;
    }
    if (!block.has("per")) {
      return false;
    }
    boolean order =
        "order".equals(oneOf("per", block.requiredText("per"), List.of("shopper", "order")));
    if (order && !flow.isOfOrders()) {
      block.problem("per", "order must go with of: spend or discount", "order");
    }
    return order;
  }

  private Span span() {
    long from = millis("from");
    long until = millis("window");
    if (block.has("from") && !block.has("window")) {
      block.problem("window", "must be given with from: the first moment that is too late", null);
    } else if (until > 0 && until <= from) {
      block.problem("window", "must be longer than from", block.text("window"));
    }
    return new Span(from, until);
  }

  private long maturity(Span span) {
    long maturity = millis("maturity");
    if (maturity > 0 && maturity <= span.fromMillis()) {
      block.problem("maturity", "must be longer than from", block.text("maturity"));
    }
    return maturity;
  }

  private long millis(String key) {
    if (!block.has(key)) {
      return 0;
    }
    Duration duration = block.duration(key);
    if (duration != null && duration.compareTo(LONGEST) > 0) {
      block.problem(key, "must be at most " + LONGEST, block.text(key));
      return 0;
    }
    return duration == null ? 0 : duration.toMillis();
  }

  private long cap(Kind kind, Flow flow) {
    if (!block.has("cap")) {
      return 0;
    }
    if (kind != Kind.MEAN) {
      refuse("cap", "must be left out, or kind must be mean");
    } else if (flow.isShare()) {
      refuse("cap", "must be left out where a shopper's number is 0 or 1");
    }
    Long cap = block.whole("cap", 1, MOST_CENTS);
    return cap == null ? 0 : cap;
  }

  private int direction() {
    if (!block.has("better")) {
      return 1;
    }
    String word = oneOf("better", block.requiredText("better"), List.of("more", "less"));
    return "less".equals(word) ? -1 : 1;
  }

  private void refuse(String key, String rule) {
    if (block.has(key)) {
      block.problem(key, rule, String.join(", ", block.textOrTexts(key)));
    }
  }
}
