package io.promoflow.serving.rules;

import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureSet;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import io.promoflow.serving.ConditionField;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What conditions may ask for, and experiments may be judged by. */
public final class Vocabulary {
  /** Of a file whose features and metrics nobody declares here: takes every one. */
  static final Vocabulary ANYTHING =
      new Vocabulary(FeatureWords.ANYTHING, FeatureWords.ANYTHING, List.of(), List.of());

  private static final String NEW_SHOPPER = ConditionField.NEW_SHOPPER.word();

  private final FeatureWords shoppers;
  private final FeatureWords products;
  private final List<String> metrics;
  private final List<String> policies;

  private Vocabulary(
      FeatureWords shoppers, FeatureWords products, List<String> metrics, List<String> policies) {
    this.shoppers = shoppers;
    this.products = products;
    this.metrics = metrics;
    this.policies = policies;
  }

  /** The fields of serving, and the features and metrics that we ship, over any window. */
  public static Vocabulary shipped() {
    return of(Declarations.shipped());
  }

  /**
   * The fields of serving, features that are computed or asked for somewhere, and those that we
   * ship over the windows of these; over any window when no such feature tells one. Whoever has
   * others than we ship has declared his own, and perhaps none that tells who is new.
   *
   * @param known names of features of shoppers, as rows and models have them
   */
  public static Vocabulary shippedAs(Set<String> known) {
    List<Duration> windows = shipped().shoppers.windowsOf(known);
    Vocabulary ours = of(Declarations.shipped(), windows);
    boolean areOurs = known.stream().allMatch(ours.shoppers::declares);
    Vocabulary all = ours.and(known);
    return areOurs || known.contains(ConditionField.LAST_ORDER) ? all : all.withoutNewShoppers();
  }

  /** The same of the features that are declared, over any window. */
  public static Vocabulary of(FeatureSet features) {
    return of(features, List.of());
  }

  /**
   * The fields of serving, the features of shoppers and products that are declared, and shipped
   * metrics.
   *
   * @param windows that features are computed over; empty when nobody knows
   */
  public static Vocabulary of(FeatureSet features, List<Duration> windows) {
    Set<String> own =
        Arrays.stream(ConditionField.values())
            .map(ConditionField::word)
            .collect(Collectors.toSet());
    FeatureWords shoppers = FeatureWords.of(features, Entity.SHOPPER, windows).and(own);
    var all =
        new Vocabulary(
            shoppers,
            FeatureWords.of(features, Entity.PRODUCT, windows),
            MetricNames.SHIPPED,
            PolicyNames.SHIPPED);
    return shoppers.declares(ConditionField.LAST_ORDER) ? all : all.withoutNewShoppers();
  }

  /** Without the feature that tells who ordered before, everybody would be new. */
  private Vocabulary withoutNewShoppers() {
    return new Vocabulary(shoppers.without(NEW_SHOPPER), products, metrics, policies);
  }

  /** These and the field that once needed no feature. */
  Vocabulary asOnce() {
    return shoppers.knows(NEW_SHOPPER) ? this : and(Set.of(NEW_SHOPPER));
  }

  /** These and more features of shoppers, written as they are. */
  public Vocabulary and(Set<String> more) {
    return new Vocabulary(shoppers.and(more), products, metrics, policies);
  }

  /** These and any other features of products: the rule book knows which are computed. */
  public Vocabulary withAnyOfProducts() {
    return new Vocabulary(shoppers, products.open(), metrics, policies);
  }

  /** With these metrics instead. */
  public Vocabulary withMetrics(List<String> declared) {
    return new Vocabulary(shoppers, products, List.copyOf(declared), policies);
  }

  /** With these policies instead. */
  public Vocabulary withPolicies(List<String> names) {
    return new Vocabulary(shoppers, products, metrics, List.copyOf(names));
  }

  /** What conditions on shoppers may ask for. */
  FeatureWords shoppers() {
    return shoppers;
  }

  /** What conditions on products may ask for. */
  FeatureWords products() {
    return products;
  }

  List<String> metrics() {
    return metrics;
  }

  List<String> policies() {
    return policies;
  }

  boolean knowsMetric(String metric) {
    return equals(ANYTHING) || metrics.contains(metric);
  }

  boolean knowsPolicy(String policy) {
    return equals(ANYTHING) || policies.contains(policy);
  }
}
