package io.promoflow.serving.rules;

import static io.promoflow.serving.Cast.ASSUMED;
import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.RememberedOffers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is refused because none can ever get it is open to nobody, whoever asks whenever. */
class RefusedRulesTest {
  private static final int FILES = 4_000;
  private static final int QUESTIONS = 250;
  private static final String NEVER_REACHED = "is never reached";
  private static final String CONTRADICT = "conditions contradict each other";
  private static final String IMPOSSIBLE = "impossible condition";
  private static final String TOO_SMALL = "must be reached by a cart";

  private final Random random = new Random(20_261_127);
  private final Decider decider = new Decider(ASSUMED);

  @Test
  void isOpenToNobody() {
    var refused = new TreeMap<String, Integer>();
    for (int i = 0; i < FILES; i++) {
      String text = file();
      Map<String, String> why = refused(text);
      why.values().forEach(rule -> refused.merge(rule, 1, Integer::sum));
      if (!why.isEmpty()) {
        RuleSet rules =
            RuleFile.stored("r", text, Vocabulary.shipped()).asVersion(i + 1, "ada", "", NOON);
        for (int q = 0; q < QUESTIONS; q++) {
          assertThat(open(rules))
              .as("refused: %s in\n%s", why, text)
              .doesNotContainAnyElementsOf(why.keySet());
        }
      }
    }
    assertThat(refused).containsOnlyKeys(NEVER_REACHED, CONTRADICT, IMPOSSIBLE, TOO_SMALL);
    assertThat(refused.remove(TOO_SMALL)).isGreaterThan(30);
    assertThat(refused.values()).allMatch(count -> count > 100);
  }

  /** Promotions that none can get, and the reason. */
  private static Map<String, String> refused(String text) {
    var why = new HashMap<String, String>();
    try {
      RuleFile.parse("r", text);
    } catch (RuleFileException e) {
      e.problems()
          .forEach(
              problem ->
                  List.of(NEVER_REACHED, CONTRADICT, IMPOSSIBLE, TOO_SMALL).stream()
                      .filter(problem.rule()::startsWith)
                      .forEach(rule -> why.put(problem.subject().split(" ", -1)[1], rule)));
    }
    return why;
  }

  private List<String> open(RuleSet rules) {
    Map<String, Integer> offered =
        rules.promotions().stream()
            .collect(Collectors.toMap(one -> one.id(), one -> random.nextInt(3)));
    Caps caps = new RememberedOffers(offered, Map.of());
    Instant at = NOON.plus(Duration.ofHours(random.nextInt(24 * 7)));
    String shopper = "k1." + random.nextInt(1_000);
    Trigger trigger = random.nextBoolean() ? Trigger.VISIT : Trigger.CART_ADD;
    String channel = oneOf(null, "app", "web");
    String level = oneOf(null, "gold", "silver");
    var asks = new DecisionRequest("r1", trigger, shopper, at, cart(), channel, level);
    Decision decision = decider.decideBriefly(asks, row(shopper, at), Map.of(), rules, caps, null);
    return IntStream.range(0, rules.promotions().size())
        .filter(i -> decision.losses().charAt(i) == Loss.OPEN)
        .mapToObj(i -> rules.promotions().get(i).id())
        .toList();
  }

  private FeatureRow row(String shopper, Instant at) {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> new FeatureRow(shopper, at, Map.of(), Map.of(), "f1");
      default -> {
        Map<String, Double> values =
            Map.of("days_since_last_order", oneOf(0.0, 30.0, 75.0), "orders_7d", oneOf(0.0, 1.0));
        yield new FeatureRow(shopper, at, values, Map.of(), "f1");
      }
    };
  }

  private Cart cart() {
    if (random.nextInt(4) == 0) {
      return new Cart(oneOf(0L, 499L, 500L, 501L, 5_000L), List.of());
    }
    var lines = new ArrayList<Cart.Line>();
    for (String product : List.of("tea-1", "tea-2", "cups-1")) {
      if (random.nextBoolean()) {
        String category = product.split("-", -1)[0];
        long cents = oneOf(100L, 250L, 400L, 800L);
        lines.add(new Cart.Line(product, category, 1 + random.nextInt(2), cents, NOON));
      }
    }
    return new Cart(lines.stream().mapToLong(Cart.Line::cents).sum(), lines);
  }

  private String file() {
    List<String> ids = List.of("a", "b", "c").subList(0, 1 + random.nextInt(3));
    var text = new StringBuilder("campaigns: [{id: may}, {id: june}]\n");
    text.append(
        oneOf(
            "",
            "contactCaps: [{offers: 2, per: P7D}]\n",
            "contactCaps: [{campaign: may, offers: 1, per: P7D}]\n",
            "contactCaps: [{campaign: may, offers: 1, per: P7D}, {campaign: june, offers: 2, per: P7D}]\n"));
    text.append("promotions:\n");
    for (int i = 0; i < ids.size(); i++) {
      text.append(promotion(ids.get(i), i));
    }
    if (random.nextBoolean()) {
      text.append("experiments:\n  - id: e\n    trigger: VISIT\n    primaryMetric: profit\n");
      text.append("    paused: ").append(random.nextInt(4) == 0).append("\n    variants:\n");
      for (String variant : List.of("control", "treated")) {
        String given = String.join(", ", ids.stream().filter(id -> random.nextBoolean()).toList());
        text.append(
            "      - {id: %s, weight: 0.5, control: %s, promotions: [%s]}\n"
                .formatted(variant, variant.equals("control"), given));
      }
    }
    return text.toString();
  }

  private String promotion(String id, int priority) {
    var text = new StringBuilder("  - {id: ").append(id).append(", stackingGroup: g");
    text.append(", priority: ").append(priority);
    text.append(
        oneOf(
            ", kind: percent-off, terms: {percent: 5}",
            ", kind: percent-off, terms: {percent: 5, minSpendCents: 500}",
            ", kind: coupon, terms: {couponCode: X, amountCents: 5, minSpendCents: 500}",
            ", kind: bundle, terms: {percent: 5}, products: [tea-1, cups-1]",
            ", kind: member-price, terms: {percent: 5, memberLevel: gold}",
            ", kind: percent-off, terms: {percent: 5}, categories: [tea]",
            ", kind: percent-off, terms: {percent: 5}, products: [tea-2]"));
    text.append(oneOf("", "", ", campaign: may", ", campaign: june"));
    text.append(oneOf("", "", "", "", ", perShopperCap: 2", ", until: 2026-01-08T00:00:00Z"));
    text.append(", eligibility: [");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append('{').append(condition()).append(i > 1 ? "}, " : "}");
    }
    return text.append("]}\n").toString();
  }

  private String condition() {
    return switch (random.nextInt(10)) {
      case 0 ->
          "field: weekday, "
              + in("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY");
      case 1 -> "field: new_shopper, " + in("\"true\"", "\"false\"");
      case 2 -> "field: cart_category, " + in("tea", "cups");
      case 3 -> "field: cart_product, " + in("tea-1", "tea-2", "cups-1");
      case 4 -> "field: channel, " + in("app", "web");
      case 5 -> "field: days_since_last_order, " + compares(30, 60);
      case 6 -> "field: hour, " + compares(11, 11.5, 12);
      case 7 -> "field: member_level, " + in("gold", "silver");
      case 8 -> "field: orders_7d, " + compares(0.5, 1);
      default ->
          oneOf(
              "field: cart_cents, " + compares(499, 500, 500.5),
              "field: cart_cents, " + compares(499, 500),
              "field: cart_quantity, " + compares(0, 1, 1.5, 2),
              "field: cart_products, " + compares(0, 1, 2));
    };
  }

  private String in(String... values) {
    String some =
        Arrays.stream(values)
            .filter(one -> random.nextInt(4) > 0)
            .collect(Collectors.joining(", "));
    return "operator: %s, values: [%s]"
        .formatted(oneOf("IN", "NOT_IN"), some.isEmpty() ? values[0] : some);
  }

  private String compares(double... numbers) {
    double number = numbers[random.nextInt(numbers.length)];
    return "operator: %s, number: %s".formatted(oneOf("LT", "LE", "GT", "GE", "EQ"), number);
  }

  @SafeVarargs
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }
}
