package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.features.Declarations;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleChecksTest {

  static String example() {
    try (InputStream in = RuleFile.class.getResourceAsStream("/examples/rules.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theExampleThatWeShipIsGood() {
    RuleFile file = RuleFile.parse("examples/rules.yaml", example());
    assertThat(file.promotions()).hasSize(10);
    assertThat(file.contactCaps()).hasSize(2);
    assertThat(file.promotions().get(2).periods()).hasSize(2);
  }

  private static void assertRefused(String promotions, String... problems) {
    String text =
        "margin: {share: 0.4, floor: 0.1, categories: [{category: tea, share: 0.2}]}\n"
            + "campaigns: [{id: may, periods: [{from: 2026-05-01T00:00:00Z, until: 2026-06-01T00:00:00Z}]}]\n"
            + "promotions:\n"
            + Arrays.stream(promotions.split(";"))
                .map(line -> "  " + line.strip() + "\n")
                .collect(Collectors.joining());
    assertThatThrownBy(() -> RuleFile.parse("r", text))
        .asInstanceOf(InstanceOfAssertFactories.throwable(RuleFileException.class))
        .satisfies(
            e ->
                assertThat(((RuleFileException) e).problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(problems));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: cart_cents, operator: LT, number: 100}, {field: cart_cents, operator: GT, number: 100}]}"
            + "|r:4: promotion a: eligibility: conditions contradict each other: cart_cents must be above 100.0 and below 100.0",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: segment, operator: IN, values: [s1]}, {field: segment, operator: NOT_IN, values: [s1, s2]}]}"
            + "|r:4: promotion a: eligibility: conditions contradict each other: segment must be one of [s1] but none of [s1, s2]",
        "  - {id: a, kind: percent-off, terms: {percent: 5, minSpendCents: 500}, eligibility: [{field: cart_cents, operator: LE, number: 499}]}"
            + "|r:4: promotion a: terms.minSpendCents: must be reached by a cart whose value is at least 0.0 and at most 499.0, is '500'",
        "  - {id: a, kind: member-price, terms: {percent: 5, memberLevel: gold}, eligibility: [{field: member_level, operator: IN, values: [silver]}]}"
            + "|r:4: promotion a: terms.memberLevel: must be one of [silver], is 'gold'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, campaign: may, from: 2026-06-01T00:00:00Z}"
            + "|r:4: promotion a: campaign: has no period between from 2026-06-01T00:00:00Z and until null, is 'may'",
        "  - {id: a, kind: percent-off, terms: {percent: 31}}"
            + "|r:4: promotion a: terms.percent: leaves -0.1100 of a cart of 0 cents (0.2000 margin less 0.3100 given), must leave 0.1000",
        "  - {id: a, kind: percent-off, terms: {percent: 31}, categories: [cups]}"
            + "|r:4: promotion a: terms.percent: leaves 0.09000 of a cart of 0 cents (0.4000 margin less 0.3100 given), must leave 0.1000",
        "  - {id: a, kind: spend-x-save-y, terms: {minSpendCents: 1000, amountCents: 301}, categories: [cups]}"
            + "|r:4: promotion a: terms.amountCents: leaves 0.09900 of a cart of 1000 cents (0.4000 margin less 0.3010 given), must leave 0.1000",
        "  - {id: a, kind: free-shipping, terms: {amountCents: 490}}"
            + "|r:4: promotion a: terms.amountCents: leaves -Infinity of a cart of 0 cents (0.2000 margin less Infinity given), must leave 0.1000",
        "  - {id: a, kind: spend-x-save-y, terms: {minSpendCents: 10000, amountCents: 500}, categories: [cups], budgetCents: 499}"
            + "|r:4: promotion a: budgetCents: must cover one redemption, which costs at least 500, is '499'",
        // open bounds, and a least cart that stands in a condition
        "  - {id: a, kind: percent-off, terms: {percent: 5, minSpendCents: 5000}, eligibility: [{field: cart_cents, operator: LT, number: 5000}]}"
            + "|r:4: promotion a: terms.minSpendCents: must be reached by a cart whose value is at least 0.0 and below 5000.0, is '5000'",
        "  - {id: a, kind: percent-off, terms: {percent: 10}, budgetCents: 499, eligibility: [{field: cart_cents, operator: GE, number: 5000}]}"
            + "|r:4: promotion a: budgetCents: must cover one redemption, which costs at least 500, is '499'",
        "  - {id: a, kind: percent-off, terms: {percent: 10}, budgetCents: 499, eligibility: [{field: cart_cents, operator: GT, number: 4999}]}"
            + "|r:4: promotion a: budgetCents: must cover one redemption, which costs at least 500, is '499'",
        "  - {id: a, kind: spend-x-save-y, terms: {tiers: [{minSpendCents: 10000, amountCents: 500}, {minSpendCents: 20000, amountCents: 1500}]}, categories: [], budgetCents: 1499, eligibility: [{field: cart_cents, operator: GE, number: 25000}], marginFloor: -1}"
            + "|r:4: promotion a: budgetCents: must cover one redemption, which costs at least 1500, is '1499'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, stock: 0}"
            + "|r:4: promotion a: stock: must be 1 at least, else it can never be given, is '0'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, stackingGroup: g};  - {id: b, kind: percent-off, terms: {percent: 6}, stackingGroup: g}"
            + "|r:5: promotion b: priority: must differ from that of a (line 4): both are of group g and can hold at once, is '0'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, stackingGroup: g, priority: 2};  - {id: b, kind: percent-off, terms: {percent: 6}, stackingGroup: g, priority: 1, eligibility: [{field: segment, operator: IN, values: [s1]}]}"
            + "|r:5: promotion b: stackingGroup: is never reached: a (line 4) goes first in group g whenever this one holds",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: ordrs_7d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: eligibility[0].field: unknown field; did you mean orders_7d?, is 'ordrs_7d'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, campaign: june}"
            + "|r:4: promotion a: campaign: must name a campaign of this file, is 'june'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: orders_7d, operator: LT, number: 0}]}"
            + "|r:4: promotion a: eligibility[0].number: impossible condition: orders_7d is at least 0.0, is '0.0'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: days_since_last_order, operator: EQ, number: -1}]}"
            + "|r:4: promotion a: eligibility[0].number: impossible condition: days_since_last_order is at least 0.0, is '-1.0'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: orders_7d, operator: IN, values: [\"1\"]}]}"
            + "|r:4: promotion a: eligibility[0].operator: orders_7d is compared with LT, LE, GT, GE or EQ, is 'IN'",
        "  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: preferred_category_7d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: eligibility[0].operator: preferred_category_7d is compared with IN or NOT_IN, is 'GE'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, eligibility: [{field: product_views_7d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: eligibility[0].field: is of products: productsWhere asks for it, is 'product_views_7d'",
        // products by their features
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: product_view_7d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: productsWhere[0].field: no feature of products; did you mean product_views_7d?, is 'product_view_7d'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: product_views_30d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: productsWhere[0].field: no feature of products; did you mean product_views_7d?, is 'product_views_30d'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: orders_7d, operator: GE, number: 1}]}"
            + "|r:4: promotion a: productsWhere[0].field: is of shoppers, not of products; did you mean product_views_7d?, is 'orders_7d'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: segment, operator: IN, values: [s1]}]}"
            + "|r:4: promotion a: productsWhere[0].field: is of shoppers, not of products; did you mean product_views_7d?, is 'segment'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: product_views_7d, operator: IN, values: [x]}]}"
            + "|r:4: promotion a: productsWhere[0].operator: product_views_7d is compared with LT, LE, GT, GE or EQ, is 'IN'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: product_views_7d, operator: LT, number: 0}]}"
            + "|r:4: promotion a: productsWhere[0].number: impossible condition: product_views_7d is at least 0.0, is '0.0'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: [{field: product_views_7d, operator: LT, number: 5}, {field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: productsWhere: conditions contradict each other: product_views_7d must be above 5.0 and below 5.0",
        "- {id: a, kind: percent-off, terms: {percent: 5}, products: [p1], productsWhere: [{field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: products: cannot go with productsWhere: leave one out, is '[p1]'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, categories: [tea], productsWhere: [{field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: categories: cannot go with productsWhere: leave one out, is '[tea]'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, productsWhere: []}"
            + "|r:4: promotion a: productsWhere: needs a condition; without the key all is covered",
        "- {id: a, kind: percent-off, terms: {percent: 5}, mostProducts: 9}"
            + "|r:4: promotion a: mostProducts: needs productsWhere",
        "- {id: a, kind: percent-off, terms: {percent: 5}, mostProducts: 1001, productsWhere: [{field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: mostProducts: must be a whole number from 1 to 1000, is '1001'",
        "- {id: a, kind: bundle, terms: {percent: 5}, productsWhere: [{field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: products: a BUNDLE names at least two products, is '[]'",
        // products of any category, also of the one with the least margin
        "- {id: a, kind: percent-off, terms: {percent: 11}, productsWhere: [{field: product_views_7d, operator: GT, number: 5}]}"
            + "|r:4: promotion a: terms.percent: leaves 0.09000 of a cart of 0 cents (0.2000 margin less 0.1100 given), must leave 0.1000",
        "- {id: a, kind: percent-off, terms: {percent: 25}, products: [tea-pot]}"
            + "|r:4: promotion a: terms.percent: leaves -0.05000 of a cart of 0 cents (0.2000 margin less 0.2500 given), must leave 0.1000",
        "- {id: a, kind: percent-off, terms: {percent: 11}, products: [tea-pot], categories: [cups]}"
            + "|r:4: promotion a: terms.percent: leaves 0.09000 of a cart of 0 cents (0.2000 margin less 0.1100 given), must leave 0.1000",
        // a bundle asks for one piece of each
        "- {id: a, kind: bundle, terms: {percent: 5}, products: [cup, cup]}"
            + "|r:4: promotion a: products: a BUNDLE asks for one piece of each, so none may stand here twice, is '[cup]'",
        "- {id: a, kind: bundle, terms: {percent: 5}, products: [pot, cup, can, cup, pot]}"
            + "|r:4: promotion a: products: a BUNDLE asks for one piece of each, so none may stand here twice, is '[pot, cup]'",
        "- {id: a, kind: percent-off, terms: {percent: 5}, perShopperCap: 101, perShopperCapPer: P30D}"
            + "|r:4: promotion a: perShopperCap: must be 100 at most when it counts over a time, is '101'",
      })
  void whatCannotHoldOrDoesNotPayIsRefused(String promotions, String problem) {
    assertRefused(promotions, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{id: a, kind: percent-off, terms: {percent: 25}, products: [mug], marginFloor: -0.1}",
        "{id: a, kind: percent-off, terms: {percent: 10}, products: [tea-pot]}",
        "{id: a, kind: percent-off, terms: {percent: 5}, products: [cup, cup]}",
        "{id: a, kind: percent-off, terms: {percent: 5}, perShopperCap: 100, perShopperCapPer: P30D}",
        "{id: a, kind: percent-off, terms: {percent: 5}, perShopperCap: 101}",
        "{id: a, kind: percent-off, terms: {percent: 5, minSpendCents: 5000}, eligibility: [{field: cart_cents, operator: LE, number: 5000}]}",
        "{id: a, kind: percent-off, terms: {percent: 10}, budgetCents: 500, eligibility: [{field: cart_cents, operator: GE, number: 5000}]}",
        // of a part of the cart nobody knows how much it is
        "{id: a, kind: percent-off, terms: {percent: 10}, categories: [cups], budgetCents: 100, eligibility: [{field: cart_cents, operator: GE, number: 5000}]}",
      })
  void whatHoldsAndPaysIsGood(String promotion) {
    String text =
        """
        margin: {share: 0.4, floor: 0.1, categories: [{category: tea, share: 0.2}]}
        contactCaps: [{offers: 100, per: P30D}]
        promotions:
          - %s
        """
            .formatted(promotion);
    assertThat(RuleFile.parse("r", text).promotions()).hasSize(1);
  }

  @Test
  void aContactCapAboveWhatIsRememberedIsRefused() {
    assertThatThrownBy(() -> RuleFile.parse("r", "contactCaps:\n  - {offers: 101, per: P30D}\n"))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("r:2: contactCaps[0].offers: must be a whole number from 1 to 100")
        .hasMessageContaining("is '101'");
  }

  /** Checks get stricter; what was in force once is not judged anew. */
  @Test
  void whatWasInForceBeforeIsStillRead() {
    String text =
        """
        margin: {share: 0.4, floor: 0.1, categories: [{category: tea, share: 0.2}]}
        contactCaps: [{offers: 101, per: P30D}]
        promotions:
          - {id: narrow, kind: percent-off, terms: {percent: 25}, products: [tea-pot]}
          - {id: twins, kind: bundle, terms: {percent: 5}, products: [cup, cup]}
          - {id: often, kind: percent-off, terms: {percent: 5}, perShopperCap: 101, perShopperCapPer: P30D}
          - {id: half, kind: percent-off, terms: {percent: 5}, eligibility: [{field: hour, operator: EQ, number: 0.5}]}
          - {id: below, kind: percent-off, terms: {percent: 5, minSpendCents: 5000}, eligibility: [{field: cart_cents, operator: LT, number: 5000}]}
          - {id: poor, kind: percent-off, terms: {percent: 5}, budgetCents: 100, eligibility: [{field: cart_cents, operator: GE, number: 5000}]}
          - {id: new, kind: percent-off, terms: {percent: 5}, eligibility: [{field: new_shopper, operator: IN, values: ["true"]}, {field: days_since_last_order, operator: GE, number: 60}]}
        """;
    assertThatThrownBy(() -> RuleFile.parse("r", text))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("contactCaps[0].offers")
        .hasMessageContaining("promotion narrow")
        .hasMessageContaining("promotion twins")
        .hasMessageContaining("promotion often")
        .hasMessageContaining("promotion half")
        .hasMessageContaining("promotion below")
        .hasMessageContaining("promotion poor")
        .hasMessageContaining("promotion new");
    assertThat(RuleFile.stored("r", text, Vocabulary.shipped()).promotions()).hasSize(7);
  }

  @Test
  void aFloorOfItsOwnNeedsAMarginOfTheFile() {
    String text =
        """
        promotions:
          - {id: a, kind: percent-off, terms: {percent: 60}, marginFloor: 0.3}
        """;
    assertThatThrownBy(() -> RuleFile.parse("r", text))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(
            "r:2: promotion a: marginFloor: needs a margin of the file, without which nothing is"
                + " checked, is '0.3'");
    RuleFile stored = RuleFile.stored("r", text, Vocabulary.shipped());
    assertThat(stored.promotions()).as("was in force once").hasSize(1);
  }

  /** Shops say which windows there are; beyond the largest one nothing is known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "days_since_view|60|number: impossible condition: days_since_view lies in 0.0 to 30.0, is '60.0'",
        "days_since_view|30|",
        "days_since_order|60|",
        "views_60d|1|field: unknown field; did you mean views_30d?, is 'views_60d'",
        "views_30d|1|",
      })
  void whatTheWindowsCannotTellIsRefused(String field, int least, String problem) {
    var declared =
        Declarations.parse(
            "features.yaml",
            """
            features:
              - {name: views, events: [PRODUCT_VIEWED], aggregate: count, unit: u, meaning: m, owner: o}
              - {name: days_since_view, events: [PRODUCT_VIEWED], aggregate: days_since_last, unit: u, meaning: m, owner: o}
              - {name: days_since_order, events: [ORDER_PLACED], aggregate: days_since_last, ever: true, unit: u, meaning: m, owner: o}
            """);
    var windows = List.of(Duration.ofDays(7), Duration.ofDays(30));
    String text =
        "promotions:\n  - {id: a, kind: percent-off, terms: {percent: 5}, eligibility:"
            + " [{field: %s, operator: GE, number: %d}]}\n".formatted(field, least);
    var problems = new ArrayList<String>();
    try {
      RuleFile.parse("r", text, Vocabulary.of(declared, windows));
    } catch (RuleFileException e) {
      e.problems().forEach(one -> problems.add(one.toString()));
    }
    assertThat(problems)
        .isEqualTo(
            problem == null ? List.of() : List.of("r:2: promotion a: eligibility[0]." + problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // apart by segment, by time, by member level: no priority needed
        "segment, operator: IN, values: [s1]|segment, operator: NOT_IN, values: [s1]",
        "cart_cents, operator: LT, number: 100|cart_cents, operator: GE, number: 100",
        "hour, operator: LE, number: 11|hour, operator: GT, number: 11",
      })
  void promotionsOfAGroupThatNeverHoldTogetherNeedNoOrder(String one, String other) {
    String text =
        "promotions:\n"
            + "  - {id: a, kind: percent-off, terms: {percent: 5}, stackingGroup: g, eligibility: [{field: "
            + one
            + "}]}\n"
            + "  - {id: b, kind: percent-off, terms: {percent: 6}, stackingGroup: g, eligibility: [{field: "
            + other
            + "}]}\n";
    assertThat(RuleFile.parse("r", text).promotions()).hasSize(2);
  }

  @Test
  void productsOfAllPromotionsTogetherAreBounded() {
    String one =
        "{id: p%d, kind: percent-off, terms: {percent: 5}, mostProducts: 1000, productsWhere:"
            + " [{field: product_views_7d, operator: GT, number: 5}]}";
    List<String> five = IntStream.range(0, 5).mapToObj(one::formatted).toList();
    String four = "promotions:\n  - " + String.join("\n  - ", five.subList(0, 4));
    assertThat(RuleFile.parse("r", four).promotions()).hasSize(4);
    assertThatThrownBy(() -> RuleFile.parse("r", four + "\n  - " + five.get(4)))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(
            "r:6: promotion p4: mostProducts: with those above must be 4000 at most, is 5000");
  }

  @Test
  void otherProductsOfAGroupAreReached() {
    String where = "productsWhere: [{field: product_views_7d, operator: GT, number: %d}]";
    String text =
        """
        promotions:
          - {id: a, kind: percent-off, terms: {percent: 5}, stackingGroup: g, priority: 2, %s}
          - {id: b, kind: percent-off, terms: {percent: 6}, stackingGroup: g, priority: 1%s}
        """;
    String first = where.formatted(100);
    assertThat(RuleFile.parse("r", text.formatted(first, "")).promotions()).hasSize(2);
    String wider = text.formatted(first, ", " + where.formatted(50));
    assertThat(RuleFile.parse("r", wider).promotions()).hasSize(2);
    assertThatThrownBy(() -> RuleFile.parse("r", text.formatted(first, ", " + first)))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("r:3: promotion b: stackingGroup: is never reached: a (line 2)");
  }

  @Test
  void whatHasACapABudgetOrStockLeavesRoomForTheNextInItsGroup() {
    String text =
        """
        promotions:
          - {id: a, kind: percent-off, terms: {percent: 5}, stackingGroup: g, priority: 2, perShopperCap: 1}
          - {id: b, kind: percent-off, terms: {percent: 6}, stackingGroup: g, priority: 1}
        """;
    assertThat(RuleFile.parse("r", text).promotions()).hasSize(2);
  }

  @Test
  void theSchemaThatWeShipIsTheOneOfTheReader() throws IOException {
    try (InputStream in = RuleFile.class.getResourceAsStream("/rules.schema.json")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .as("./promoflow rules schema > serving/src/main/resources/rules.schema.json")
          .isEqualTo(RuleSchema.json());
    }
  }

  @Test
  void theSchemaKnowsEveryKeyOfTheReaderAndNoOther() throws IOException {
    var unknown = new ArrayList<String>();
    compare("", RuleShapes.FILE, Wire.JSON.readTree(RuleSchema.json()), unknown);
    assertThat(unknown).isEmpty();
  }

  private static void compare(String path, Shape shape, JsonNode schema, List<String> unknown) {
    var properties = new ArrayList<String>();
    schema.path("properties").fieldNames().forEachRemaining(properties::add);
    if (!properties.equals(shape.names())) {
      unknown.add(path + ": " + properties + " is not " + shape.names());
    }
    for (Key key : shape.keys()) {
      JsonNode below = schema.path("properties").path(key.name());
      if (key.shape() != null) {
        boolean list = key.kind() == Key.Kind.BLOCKS;
        compare(path + "/" + key.name(), key.shape(), list ? below.path("items") : below, unknown);
      }
    }
  }
}
