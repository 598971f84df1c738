package io.promoflow.serving.rules;

import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureSet;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import io.promoflow.serving.ConditionField;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What conditions may ask for, and experiments may be judged by.
 *
 * @param words fields and features that are written as they are
 * @param windowed features that are written with a window, such as {@code orders_7d}
 * @param metrics that evaluation declares
 * @param policies that evaluation has
 */
public record Vocabulary(
    Set<String> words, Set<String> windowed, List<String> metrics, List<String> policies) {
  /** Of a file whose features and metrics nobody declares here: takes every one. */
  static final Vocabulary ANYTHING = new Vocabulary(Set.of(), Set.of(), List.of(), List.of());

  private static final Pattern WITH_WINDOW = Pattern.compile("(.+)_\\d+[mhd]");

  /** The fields of serving, and the features and metrics that we ship. */
  public static Vocabulary shipped() {
    return of(Declarations.shipped());
  }

  /** The fields of serving, the features of shoppers that are declared, and shipped metrics. */
  public static Vocabulary of(FeatureSet features) {
    var words = new HashSet<String>();
    var windowed = new HashSet<String>();
    Arrays.stream(ConditionField.values()).map(ConditionField::word).forEach(words::add);
    features.features().stream()
        .filter(feature -> feature.entity() == Entity.SHOPPER && !feature.hidden())
        .forEach(feature -> (feature.oneWindow() ? words : windowed).add(feature.name()));
    return new Vocabulary(
        Set.copyOf(words), Set.copyOf(windowed), MetricNames.SHIPPED, PolicyNames.SHIPPED);
  }

  /** These and more features, written as they are. */
  public Vocabulary and(Set<String> more) {
    var all = new HashSet<>(words);
    all.addAll(more);
    return new Vocabulary(Set.copyOf(all), windowed, metrics, policies);
  }

  /** With these metrics instead. */
  public Vocabulary withMetrics(List<String> declared) {
    return new Vocabulary(words, windowed, List.copyOf(declared), policies);
  }

  /** With these policies instead. */
  public Vocabulary withPolicies(List<String> names) {
    return new Vocabulary(words, windowed, metrics, List.copyOf(names));
  }

  boolean knowsMetric(String metric) {
    return equals(ANYTHING) || metrics.contains(metric);
  }

  boolean knowsPolicy(String policy) {
    return equals(ANYTHING) || policies.contains(policy);
  }

  boolean knows(String field) {
    Matcher name = WITH_WINDOW.matcher(field);
    return equals(ANYTHING)
        || words.contains(field)
        || (name.matches() && windowed.contains(name.group(1)));
  }

  /** What may be meant, as it is written. */
  List<String> suggestions(String field) {
    Matcher name = WITH_WINDOW.matcher(field);
    String window = name.matches() ? field.substring(name.end(1)) : "_7d";
    return Stream.concat(words.stream(), windowed.stream().map(feature -> feature + window))
        .sorted()
        .toList();
  }
}
