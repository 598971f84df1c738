package io.promoflow.serving.rules;

import io.promoflow.features.Declaration;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureDescription;
import io.promoflow.features.FeatureRange;
import io.promoflow.features.FeatureSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What conditions may ask of one entity.
 *
 * @param words features, and other fields, that are written as they are
 * @param windowed features that are written with a window, such as {@code orders_7d}; empty when
 *     the windows are known, and {@code words} has all of them
 * @param ranges of the numeric features, by name without window
 * @param texts features that are text, by name without window
 * @param isOpen whether others are taken, too: somebody else knows all of them
 */
record FeatureWords(
    Set<String> words,
    Set<String> windowed,
    Map<String, FeatureRange> ranges,
    Set<String> texts,
    boolean isOpen) {
  /** Takes every one. */
  static final FeatureWords ANYTHING =
      new FeatureWords(Set.of(), Set.of(), Map.of(), Set.of(), true);

  private static final Pattern WITH_WINDOW = Pattern.compile("(.+)_(\\d{1,6})([mhd])");
  private static final Duration FINEST = Duration.ofMillis(1);

  /**
   * The features of an entity that are declared.
   *
   * @param windows of entities that have none of their own; empty when nobody knows
   */
  static FeatureWords of(FeatureSet features, Entity entity, List<Duration> windows) {
    FeatureSet.Rhythm own = features.entities().get(entity);
    List<Duration> known = own == null || own.windows() == null ? windows : own.windows();
    var words = new HashSet<String>();
    var windowed = new HashSet<String>();
    var ranges = new HashMap<String, FeatureRange>();
    var texts = new HashSet<String>();
    for (Declaration feature : features.features()) {
      if (feature.entity() == entity && !feature.hidden()) {
        (feature.oneWindow() ? words : windowed).add(feature.name());
        if (feature.aggregate() != null && feature.aggregate().categorical()) {
          texts.add(feature.name());
        } else {
          ranges.put(feature.name(), FeatureRange.of(feature, known));
        }
      }
    }
    if (!known.isEmpty()) {
      windowed.clear();
      features.engine(entity, windows, FINEST).catalog().stream()
          .map(FeatureDescription::name)
          .forEach(words::add);
    }
    return new FeatureWords(
        Set.copyOf(words), Set.copyOf(windowed), Map.copyOf(ranges), Set.copyOf(texts), false);
  }

  /** These and more, written as they are. */
  FeatureWords and(Set<String> more) {
    var all = new HashSet<>(words);
    all.addAll(more);
    return new FeatureWords(Set.copyOf(all), windowed, ranges, texts, isOpen);
  }

  /** These but one. */
  FeatureWords without(String word) {
    var all = new HashSet<>(words);
    all.remove(word);
    return new FeatureWords(Set.copyOf(all), windowed, ranges, texts, isOpen);
  }

  /** These and any others. */
  FeatureWords open() {
    return new FeatureWords(words, windowed, ranges, texts, true);
  }

  boolean knows(String field) {
    return isOpen || declares(field);
  }

  /** Whether it is one of these. */
  boolean declares(String field) {
    Matcher name = WITH_WINDOW.matcher(field);
    return words.contains(field) || (name.matches() && windowed.contains(name.group(1)));
  }

  /** The windows that names of these features tell. */
  List<Duration> windowsOf(Set<String> names) {
    return names.stream()
        .map(WITH_WINDOW::matcher)
        .filter(name -> name.matches() && windowed.contains(name.group(1)))
        .map(name -> window(Long.parseLong(name.group(2)), name.group(3)))
        .distinct()
        .toList();
  }

  private static Duration window(long many, String unit) {
    return switch (unit) {
      case "m" -> Duration.ofMinutes(many);
      case "h" -> Duration.ofHours(many);
      default -> Duration.ofDays(many);
    };
  }

  /** Range of a numeric feature; null when it is none, or nobody knows. */
  FeatureRange range(String feature) {
    return ranges.get(bare(feature));
  }

  /** Whether a feature is known to be a whole number. */
  boolean isWhole(String feature) {
    FeatureRange range = range(feature);
    return range != null && range.isWhole();
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
