package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.Metric.Span;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of metrics may say, and what it is told when it says something else. */
class MetricsFileTest {
  private static final String TEA =
      """
      metrics:
        - id: tea_spend
          kind: mean
          of: spend
          categories: [tea]
          cap: 20000
          unit: cents per shopper
          meaning: Spent on tea
        - id: visits
          kind: mean
          of: active
          events: [PRODUCT_VIEWED, SEARCHED]
          from: P6D
          window: P8D
          maturity: P8D
          unit: share, 0 to 1
          meaning: Back after a week
      """;

  @Test
  void shippedOnesAreThoseThatRulesMayName() {
    assertThat(Metrics.shipped().ids()).isEqualTo(MetricNames.SHIPPED);
    assertThat(Metrics.shipped())
        .allMatch(metric -> metric.equals(Metrics.shipped().get(metric.place())));
  }

  @Test
  void ownMetricsComeOnTopOfTheShipped() {
    Metrics metrics = MetricsFile.parse("m.yaml", TEA);
    assertThat(metrics.size()).isEqualTo(Metrics.shipped().size() + 2);
    Metric tea = metrics.named("tea_spend").orElseThrow();
    assertThat(tea.place()).isEqualTo(Metrics.shipped().size());
    assertThat(tea.cap()).isEqualTo(20_000);
    assertThat(tea.filter().categories()).containsExactly("tea");
    Metric visits = metrics.named("visits").orElseThrow();
    assertThat(visits.span())
        .isEqualTo(new Span(Duration.ofDays(6).toMillis(), Duration.ofDays(8).toMillis()));
    assertThat(visits.matures()).isTrue();
    assertThat(metrics.restOn(ShopEventType.PRODUCT_VIEWED)).isTrue();
    assertThat(Metrics.shipped().restOn(ShopEventType.PRODUCT_VIEWED)).isFalse();
    assertThat(metrics.longestMillis(1)).isEqualTo(Duration.ofDays(8).toMillis());
  }

  @Test
  void ofTheSameNameItTakesTheShippedOnesPlace() {
    String yaml =
        """
        metrics:
          - {id: spend, kind: mean, of: spend, cap: 90000, unit: cents, meaning: Without outliers}
        """;
    Metrics metrics = MetricsFile.parse("m.yaml", yaml);
    assertThat(metrics.ids()).isEqualTo(MetricNames.SHIPPED);
    assertThat(metrics.named("spend").orElseThrow().cap()).isEqualTo(90_000);
    assertThat(metrics.named("spend").orElseThrow().place()).isEqualTo(Shipped.SPEND.place());
  }

  @Test
  void whatReturnsRestOnStaysTheMeanOfWhatItIsCalled() {
    String yaml =
        """
        metrics:
          - {id: spend, kind: quantile, of: spend, at: 0.9, unit: cents, meaning: Big spenders}
          - {id: profit, kind: mean, of: orders, unit: orders, meaning: How many}
        """;
    assertThatThrownBy(() -> MetricsFile.parse("m.yaml", yaml))
        .hasMessageContaining("spend: kind: must be mean, as returns rest on spend, is 'quantile'")
        .hasMessageContaining("profit: of: must be profit, as returns rest on it, is 'orders'");
  }

  @Test
  void shippedOnesMayBeLeftOut() {
    assertThat(MetricsFile.parse("m.yaml", "shipped: false\n" + TEA).ids())
        .containsExactly("tea_spend", "visits");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cap: 20000  | capp: 20000        | m.yaml:6: metric tea_spend: capp: unknown key; did you mean cap?
          kind: mean  | kind: means        | m.yaml:3: metric tea_spend: kind: must be one of [mean, ratio, quantile]; did you mean mean?, is 'means'
          of: spend   | of: spent          | m.yaml:4: metric tea_spend: of: must be one of [conversion, orders, spend, profit, discount, views, clicks, redemptions, rating, reviews, events, active]; did you mean spend?, is 'spent'
          id: visits  | id: tea_spend      | m.yaml:9: metric tea_spend: id: is taken on line 2, is 'tea_spend'
          id: visits  | id: Visits         | m.yaml:9: metric Visits: id: must be lower case letters, digits and _, is 'Visits'
          SEARCHED    | SEARCH             | m.yaml:12: metric visits: events: must be one of [PRODUCT_VIEWED, SEARCHED, ADDED_TO_CART, REMOVED_FROM_CART, ORDER_PLACED, ORDER_CANCELLED, ORDER_REFUNDED, REVIEWED, PROMOTION_VIEWED, PROMOTION_CLICKED, COUPON_REDEEMED, SIGNED_UP, PROFILE_CHANGED, CONSENT_WITHDRAWN]; did you mean SEARCHED?, is 'SEARCH'
          of: active  | of: orders         | m.yaml:12: metric visits: events: must be left out with of: orders, which knows its events, is '[PRODUCT_VIEWED, SEARCHED]'
          of: spend   | of: events         | m.yaml:2: metric tea_spend: events: must name an event type at least, with of: events
          kind: mean  | kind: ratio        | m.yaml:2: metric tea_spend: over: must be given
          kind: mean  | kind: quantile     | m.yaml:2: metric tea_spend: at: must be given for a quantile: the share below it, such as 0.9
          cap: 20000  | at: 0.5            | m.yaml:6: metric tea_spend: at: must be left out, or kind must be quantile, is '0.5'
          cap: 20000  | over: orders       | m.yaml:6: metric tea_spend: over: must be left out, or kind must be ratio, is 'orders'
          cap: 20000  | per: order         | m.yaml:6: metric tea_spend: per: must be left out, or kind must be quantile, is 'order'
          cap: 20000  | cap: 0             | m.yaml:6: metric tea_spend: cap: must be a whole number from 1 to 1000000000000, is '0'
          of: active  | cap: 5             | m.yaml:9: metric visits: of: must be given
          window: P8D | window: P5D        | m.yaml:14: metric visits: window: must be longer than from, is 'P5D'
          window: P8D | better: more       | m.yaml:9: metric visits: window: must be given with from: the first moment that is too late
          maturity: P8D | maturity: P2D    | m.yaml:15: metric visits: maturity: must be longer than from, is 'P2D'
          maturity: P8D | maturity: 8 days | m.yaml:15: metric visits: maturity: must be a length of time above 0, such as PT12H or P7D, is '8 days'
          cap: 20000  | better: mor        | m.yaml:6: metric tea_spend: better: must be one of [more, less]; did you mean more?, is 'mor'
          """)
  void whatIsWrongIsToldWithLineMetricKeyRuleAndValue(String good, String bad, String problem) {
    assertThatThrownBy(() -> MetricsFile.parse("m.yaml", TEA.replaceFirst(good, bad)))
        .isInstanceOf(MetricsException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () -> MetricsFile.parse("m.yaml", TEA.replace("of: ", "off: ").replace("unit", "uni")))
        .hasMessageStartingWith("8 problem(s)");
  }

  @Test
  void namesForRulesAreReadFromTheSameFile() {
    assertThat(MetricsFile.parse("m.yaml", TEA).fingerprint())
        .isNotEqualTo(Metrics.shipped().fingerprint());
  }
}
