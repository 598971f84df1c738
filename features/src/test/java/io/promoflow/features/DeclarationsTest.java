package io.promoflow.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclarationsTest {

  @Test
  void shippedDeclarationsCoverWhatThePlatformPromises() {
    var engine =
        new FeatureEngine(
            Declarations.shipped(),
            List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7)),
            Duration.ofMinutes(5));
    assertThat(engine.catalog())
        .extracting(FeatureDescription::name)
        .contains(
            "views_1h",
            "searches_24h",
            "cart_adds_7d",
            "orders_7d",
            "spend_cents_7d",
            "average_order_cents_7d",
            "days_since_last_order",
            "distinct_products_7d",
            "distinct_categories_7d",
            "discounted_spend_share_7d",
            "coupons_redeemed_7d",
            "preferred_category_7d")
        .doesNotContain("gross_cents_7d");
    assertThat(engine.catalog()).allSatisfy(f -> assertThat(f.meaning()).isNotBlank());
  }

  @Test
  void refusesWholeAndNamesFeatureKeyRuleAndValue() {
    String yaml =
        """
        features:
          - {name: views, events: [PRODUCT_VEIWED], aggregate: count}
          - {name: spend, events: [ORDER_PLACED], aggregate: sum, field: price}
          - {name: Share, aggregate: ratio}
          - {name: share, aggregate: ratio, numerator: spend, denominator: nothing}
          - {name: twice, events: [SEARCHED], aggregate: count}
          - {name: twice, events: [SEARCHED], aggregate: count, windw: 7d}
        """;
    assertThatThrownBy(() -> Declarations.parse("my.yaml", yaml))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContainingAll(
            "my.yaml",
            "views.events: 'PRODUCT_VEIWED'",
            "spend.field: must be one of",
            "is 'price'",
            "'Share'",
            "share: numerator and denominator",
            "is 'nothing'",
            "twice.windw: unknown key");
  }

  @Test
  void windowsMustBeMultiplesOfTheSlide() {
    assertThatThrownBy(
            () ->
                new FeatureEngine(
                    Declarations.shipped(), List.of(Duration.ofMinutes(7)), Duration.ofMinutes(5)))
        .hasMessageContainingAll("PT7M", "PT5M");
  }

  @Test
  void versionChangesWithWindowsAndSlide() {
    var declarations = Declarations.shipped();
    var day = List.of(Duration.ofDays(1));
    assertThat(new FeatureEngine(declarations, day, Duration.ofHours(1)).version())
        .isEqualTo(new FeatureEngine(declarations, day, Duration.ofHours(1)).version())
        .isNotEqualTo(new FeatureEngine(declarations, day, Duration.ofHours(2)).version());
  }
}
