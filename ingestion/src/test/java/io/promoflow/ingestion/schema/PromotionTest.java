package io.promoflow.ingestion.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionTest {
  /** As it was written before promotions had conditions on products. */
  private static final String OLD =
      """
      {"id": "ten", "kind": "PERCENT_OFF", "terms": {"percent": 10.0, "tiers": []},
       "products": %s, "categories": [], "eligibility": [], "priority": 3, "periods": []}
      """;

  private static Promotion read(String json) throws Exception {
    return Wire.read(json.getBytes(StandardCharsets.UTF_8), Promotion.class);
  }

  @Test
  void anOlderMessageIsRead() throws Exception {
    Promotion all = read(OLD.formatted("[]"));
    assertThat(all.productsWhere()).isEmpty();
    assertThat(all.mostProducts()).isNull();
    assertThat(all.coversAll()).isTrue();
    Promotion named = read(OLD.formatted("[\"p2\", \"p1\"]"));
    assertThat(named.products()).as("as a person wrote it").containsExactly("p2", "p1");
    assertThat(named.names("p1")).isTrue();
    assertThat(named.names("p3")).isFalse();
    assertThat(named.coversAll()).isFalse();
  }

  @Test
  void noProductThatMeetsTheConditionsIsNotAll() throws Exception {
    Promotion all = read(OLD.formatted("[]"));
    Promotion none = where(all, List.of());
    assertThat(none.coversAll()).isFalse();
    assertThat(none.coversAs(all)).isFalse();
    assertThat(none.names("p1")).isFalse();
    assertThat(read(Wire.text(none))).isEqualTo(none);
    Promotion some = where(all, List.of("p9", "p10", "p1"));
    assertThat(some.products()).containsExactly("p1", "p10", "p9");
    assertThat(List.of("p1", "p10", "p9")).allMatch(some::names);
    assertThat(List.of("p", "p11", "q")).noneMatch(some::names);
    assertThat(read(Wire.text(some))).isEqualTo(some);
    assertThat(some.withBudgetCents(5L).products()).isEqualTo(some.products());
    assertThat(some.withBudgetCents(5L).productsWhere()).isEqualTo(some.productsWhere());
  }

  private static Promotion where(Promotion one, List<String> products) {
    return new Promotion(
        one.id(),
        one.kind(),
        one.terms(),
        products,
        one.categories(),
        one.eligibility(),
        null,
        null,
        null,
        null,
        null,
        one.priority(),
        null,
        null,
        List.of(),
        null,
        null,
        List.of(new Condition("product_pieces_7d", Operator.LT, 5.0, null)),
        200);
  }
}
