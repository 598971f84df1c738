package io.promoflow.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclarationsTest {

  @Test
  void shippedDeclarationsCoverWhatThePlatformPromises() {
    var engine =
        new FeatureEngine(
            Declarations.shipped().features(),
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
          - {name: views, events: [PRODUCT_VEIWED], aggregate: count, unit: u, meaning: m, owner: o}
          - {name: spend, events: [ORDER_PLACED], aggregate: sum, field: price, unit: u, meaning: m, owner: o}
          - {name: Share, aggregate: ratio, unit: u, meaning: m, owner: o}
          - {name: share, aggregate: ratio, numerator: spend, denominator: nothing, unit: u, meaning: m, owner: o}
          - {name: twice, events: [SEARCHED], aggregate: count, unit: u, meaning: m, owner: o}
          - {name: twice, events: [SEARCHED], aggregate: count, windos: 7d, unit: u, meaning: m, owner: o}
          - {name: cheap, events: [SEARCHED], aggregate: count, filter: "discountCents >", unit: u, meaning: m, owner: o}
          - {name: odd, events: [SEARCHED], aggregate: count, filter: "discuntCents > 0", unit: u, meaning: m, owner: o}
          - {name: made, aggregate: expression, expression: "twice / later", unit: u, meaning: m, owner: o}
          - {name: half, events: [SEARCHED], aggregate: quantile, field: netCents, unit: u, meaning: m, owner: o}
          - {name: coded, aggregate: class, unit: u, meaning: m, owner: o}
          - {name: months, events: [SEARCHED], aggregate: days_since_last, unit: u, meaning: m, owner: o}
          - {name: days_since_search, events: [SEARCHED], aggregate: count, unit: u, meaning: m, owner: o}
          - {name: all_queries, events: [SEARCHED], aggregate: distinct, field: query, ever: true, windows: [P1D], unit: u, meaning: m, owner: o}
          - {name: long, events: [SEARCHED], aggregate: count, windows: [7d], unit: u, meaning: m}
        """;
    assertThatThrownBy(() -> Declarations.parse("my.yaml", yaml))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContainingAll(
            "my.yaml:2: feature views: events: must be of",
            "is 'PRODUCT_VEIWED'",
            "my.yaml:3: feature spend: field: must be one of",
            "is 'price'",
            "my.yaml:4: feature Share: name",
            "feature share: denominator: must name a numeric feature",
            "is 'nothing'",
            "feature twice: windos: unknown key; did you mean windows?",
            "feature twice: name: must be declared once",
            "feature cheap: filter: must be a condition on an event: at 1:",
            "undeclared reference to 'discuntCents'",
            "undeclared reference to 'later'",
            "feature half: at: must say which quantile",
            "feature coded: name: must be that of a registered class, one of"
                + " [repurchase_interval_days]",
            "feature months: name: must begin with days_since_",
            "feature days_since_search: name: must begin with days_since_",
            "feature all_queries: ever: must be left out, or the aggregate one of [count,",
            "feature all_queries: windows: must not be given with ever",
            "feature long: windows: must be a duration",
            "feature long: owner: must be given");
  }

  @Test
  void windowsMustBeMultiplesOfTheSlide() {
    assertThatThrownBy(
            () ->
                new FeatureEngine(
                    Declarations.shipped().features(),
                    List.of(Duration.ofMinutes(7)),
                    Duration.ofMinutes(5)))
        .hasMessageContainingAll("PT7M", "PT5M");
  }

  @Test
  void versionChangesWithWindowsAndSlide() {
    var declarations = Declarations.shipped().features();
    var day = List.of(Duration.ofDays(1));
    assertThat(new FeatureEngine(declarations, day, Duration.ofHours(1)).version())
        .isEqualTo(new FeatureEngine(declarations, day, Duration.ofHours(1)).version())
        .isNotEqualTo(new FeatureEngine(declarations, day, Duration.ofHours(2)).version());
  }

  @Test
  void thePageOfAllFeaturesIsTrue() throws Exception {
    assertThat(Path.of("FEATURES.md")).hasContent(FeaturePage.of(Declarations.shipped()));
  }
}
