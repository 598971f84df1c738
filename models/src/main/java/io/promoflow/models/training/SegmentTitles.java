package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Puts segments into words: the features in which a centroid lies furthest from the mean of all,
 * one word each, for example "frequent, full price". Words for features are in {@code
 * segment-words.properties}; a feature without any is called by its name.
 */
final class SegmentTitles {
  private static final String WORDS = "segment-words.properties";
  private static final Pattern WINDOW = Pattern.compile("_[0-9]+[mhd]$");
  private static final int MOST_WORDS = 2;

  /** In standard deviations; nearer to the mean says nothing. */
  private static final double REMARKABLE = 0.3;

  private static final String ORDINARY = "average";

  private final Properties words = new Properties();

  SegmentTitles() {
    try (InputStream in = SegmentTitles.class.getResourceAsStream(WORDS)) {
      words.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(WORDS + " cannot be read", e);
    }
  }

  /** One title per centroid; titles that would be the same go on until they differ. */
  List<String> of(ModelVersion model) {
    var titles = new ArrayList<String>();
    for (double[] centroid : model.centroids()) {
      titles.add(title(model, centroid, MOST_WORDS));
    }
    for (int more = MOST_WORDS + 1; hasTwins(titles) && more <= model.features().size(); more++) {
      for (int c = 0; c < titles.size(); c++) {
        if (titles.indexOf(titles.get(c)) != titles.lastIndexOf(titles.get(c))) {
          titles.set(c, title(model, model.centroids()[c], more));
        }
      }
    }
    return titles;
  }

  private static boolean hasTwins(List<String> titles) {
    return new HashSet<>(titles).size() < titles.size();
  }

  private String title(ModelVersion model, double[] centroid, int most) {
    List<String> words =
        furthest(model, centroid).entrySet().stream()
            .filter(e -> Math.abs(e.getValue()) >= REMARKABLE)
            .sorted(
                Comparator.comparingDouble((Map.Entry<String, Double> e) -> -Math.abs(e.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .map(e -> word(e.getKey(), e.getValue()))
            .distinct()
            .limit(most)
            .toList();
    return words.isEmpty() ? ORDINARY : String.join(", ", words);
  }

  /** Per feature, over all of its windows, the distance that is largest. */
  private static Map<String, Double> furthest(ModelVersion model, double[] centroid) {
    var furthest = new HashMap<String, Double>();
    IntStream.range(0, model.features().size())
        .forEach(
            i ->
                furthest.merge(
                    base(model.features().get(i)),
                    centroid[i],
                    (a, b) -> Math.abs(b) > Math.abs(a) ? b : a));
    return furthest;
  }

  /** A feature's name without its window. */
  static String base(String feature) {
    return WINDOW.matcher(feature).replaceFirst("");
  }

  private String word(String feature, double deviations) {
    String degree = deviations > 0 ? "high" : "low";
    return Optional.ofNullable(words.getProperty(feature + "." + degree))
        .orElseGet(() -> degree + " " + feature.replace('_', ' '));
  }
}
