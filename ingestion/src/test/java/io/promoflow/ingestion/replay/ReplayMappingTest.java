package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayMappingTest {
  private static final String GOOD =
      """
      name: shop
      sources:
        - files: "*.csv"
          columns: [id, who, at, n]
          order: by-time
          fields:
            messageId: {column: id}
            event: {value: Product Viewed}
            userId: {column: who}
            timestamp: {column: at, time: iso}
            productId: {value: tea}
            quantity: {column: n, as: whole}
          when:
            - if: {column: n, less-than: 0}
              fields: {event: {value: Order Cancelled}}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"online-retail", "complete-journey", "taobao"})
  void shippedMappingsAreFoundByName(String name) {
    assertThat(ReplayMapping.load(name).name()).isEqualTo(name);
    assertThat(ReplayMapping.SHIPPED).contains(name);
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> ReplayMapping.load("onlin-retail"))
        .isInstanceOf(MappingException.class)
        .hasMessageContainingAll("onlin-retail", "online-retail", "taobao");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "order: by-time|order: sorted|sources[0].order: must be one of [as-written, by-time], not \"sorted\"",
        "as: whole|as: hole|sources[0].fields.quantity.as: must be one of",
        "time: iso|time: yyyy-bb|sources[0].fields.timestamp.time: must be 'iso' or a pattern",
        "time: iso|time: iso, zone: Mars|sources[0].fields.timestamp.zone: must be a time zone",
        "productId|productid|sources[0].fields.productid: is no event field",
        "{column: who}|{colum: who}|sources[0].fields.userId: must have one of value, template",
        "messageId: {column: id}|brand: {value: b}|sources[0].fields.messageId: must be given",
        "less-than: 0|less-than: zero|sources[0].when[0].if: must compare with a number",
        "less-than: 0|smaller: 0|sources[0].when[0].if: must have a column and one of",
        "column: n, as|column: m, as|sources[0].columns: has no column 'm'",
        "name: shop|nam: shop|nam: is no key here; those are [description, name, sources]",
      })
  void faultsNameFileKeyRuleAndValue(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> ReplayMapping.parse("shop.yaml", GOOD.replace(good, bad)))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("shop.yaml: " + message);
  }

  @Test
  void allFaultsAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                ReplayMapping.parse(
                    "shop.yaml", GOOD.replace("by-time", "sorted").replace("whole", "hole")))
        .hasMessageContainingAll("sources[0].order", "sources[0].fields.quantity.as");
    assertThatThrownBy(() -> ReplayMapping.parse("shop.yaml", "sources: ["))
        .hasMessageContaining("shop.yaml: is no YAML");
    assertThatThrownBy(() -> ReplayMapping.parse("shop.yaml", "name: x"))
        .hasMessageContaining("sources: must be a list of at least one source, not nothing");
  }
}
