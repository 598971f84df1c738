package io.promoflow.serving.rules;

import io.promoflow.features.Declaration;
import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureDescription;
import io.promoflow.features.FeatureRange;
import io.promoflow.features.FeatureSet;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import io.promoflow.serving.ConditionField;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What conditions may ask for, and experiments may be judged by.
 *
 * @param words fields and features that are written as they are
 * @param windowed features that are written with a window, such as {@code orders_7d}; empty when
 *     the windows are known, and {@code words} has all of them
 * @param ranges of the numeric features, by name without window
 * @param texts features that are text, by name without window
 * @param metrics that evaluation declares
 * @param policies that evaluation has
 */
public record Vocabulary(
    Set<String> words,
    Set<String> windowed,
    Map<String, FeatureRange> ranges,
    Set<String> texts,
    List<String> metrics,
    List<String> policies) {
  /** Of a file whose features and metrics nobody declares here: takes every one. */
  static final Vocabulary ANYTHING =
      new Vocabulary(Set.of(), Set.of(), Map.of(), Set.of(), List.of(), List.of());

  private static final Pattern WITH_WINDOW = Pattern.compile("(.+)_(\\d{1,6})([mhd])");
  private static final Duration FINEST = Duration.ofMillis(1);

  /** The fields of serving, and the features and metrics that we ship, over any window. */
  public static Vocabulary shipped() {
    return of(Declarations.shipped());
  }

  /**
   * The fields of serving, features that are computed or asked for somewhere, and those that we
   * ship over the windows of these; over any window when no such feature tells one.
   *
   * @param known names of features, as rows and models have them
   */
  public static Vocabulary shippedAs(Set<String> known) {
    FeatureSet shipped = Declarations.shipped();
    Set<String> windowed = of(shipped).windowed;
    List<Duration> windows =
        known.stream()
            .map(WITH_WINDOW::matcher)
            .filter(name -> name.matches() && windowed.contains(name.group(1)))
            .map(name -> window(Long.parseLong(name.group(2)), name.group(3)))
            .distinct()
            .toList();
    return of(shipped, windows).and(known);
  }

  private static Duration window(long many, String unit) {
    return switch (unit) {
      case "m" -> Duration.ofMinutes(many);
      case "h" -> Duration.ofHours(many);
      default -> Duration.ofDays(many);
    };
  }

  /** The same of the features of shoppers that are declared, over any window. */
  public static Vocabulary of(FeatureSet features) {
    return of(features, List.of());
  }

  /**
   * The fields of serving, the features of shoppers that are declared, and shipped metrics.
   *
   * @param windows that features are computed over; empty when nobody knows
   */
  public static Vocabulary of(FeatureSet features, List<Duration> windows) {
    var words = new HashSet<String>();
    var windowed = new HashSet<String>();
    var ranges = new HashMap<String, FeatureRange>();
    var texts = new HashSet<String>();
    Arrays.stream(ConditionField.values()).map(ConditionField::word).forEach(words::add);
    List<Duration> known =
        windows.isEmpty() ? List.of() : features.engine(Entity.SHOPPER, windows, FINEST).windows();
    for (Declaration feature : features.features()) {
      if (feature.entity() == Entity.SHOPPER && !feature.hidden()) {
        (feature.oneWindow() ? words : windowed).add(feature.name());
        if (feature.aggregate() != null && feature.aggregate().categorical()) {
          texts.add(feature.name());
        } else {
          ranges.put(feature.name(), FeatureRange.of(feature, known));
        }
      }
    }
    if (!windows.isEmpty()) {
      windowed.clear();
      features.engine(Entity.SHOPPER, windows, FINEST).catalog().stream()
          .map(FeatureDescription::name)
          .forEach(words::add);
    }
    return new Vocabulary(
        Set.copyOf(words),
        Set.copyOf(windowed),
        Map.copyOf(ranges),
        Set.copyOf(texts),
        MetricNames.SHIPPED,
        PolicyNames.SHIPPED);
  }

  /** These and more features, written as they are. */
  public Vocabulary and(Set<String> more) {
    var all = new HashSet<>(words);
    all.addAll(more);
    return new Vocabulary(Set.copyOf(all), windowed, ranges, texts, metrics, policies);
  }

  /** With these metrics instead. */
  public Vocabulary withMetrics(List<String> declared) {
    return new Vocabulary(words, windowed, ranges, texts, List.copyOf(declared), policies);
  }

  /** With these policies instead. */
  public Vocabulary withPolicies(List<String> names) {
    return new Vocabulary(words, windowed, ranges, texts, metrics, List.copyOf(names));
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

  /** Range of a numeric feature; null when it is none, or nobody knows. */
  FeatureRange range(String feature) {
    return ranges.get(bare(feature));
  }

  /** Whether a feature is known to be text. */
  boolean isText(String feature) {
    return texts.contains(bare(feature));
  }

  private String bare(String feature) {
    Matcher name = WITH_WINDOW.matcher(feature);
    boolean isItself = ranges.containsKey(feature) || texts.contains(feature);
    return isItself || !name.matches() ? feature : name.group(1);
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
