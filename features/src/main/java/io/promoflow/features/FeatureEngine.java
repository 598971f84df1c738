package io.promoflow.features;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Folds events into slices and adds slices up to windows. An event is folded once, whatever the
 * number and size of windows; a window is the sum of its slices.
 *
 * <p>Stateless: the operator, a backfill and a test keep the slices where they like.
 */
public final class FeatureEngine implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final char SEPARATOR = ':';
  private static final double DAY_MILLIS = 86_400_000.0;

  private final List<Declaration> declarations;
  private final List<Duration> windows;
  private final long slideMillis;
  private final String version;
  private final Map<String, Integer> indexes = new HashMap<>();

  /**
   * @param windows each a multiple of the slide
   * @param slide length of a slice, and time between rows
   */
  public FeatureEngine(List<Declaration> declarations, List<Duration> windows, Duration slide) {
    this.declarations = List.copyOf(declarations);
    this.windows = windows.stream().sorted().toList();
    this.slideMillis = slide.toMillis();
    for (Duration window : this.windows) {
      if (window.toMillis() % slideMillis != 0) {
        throw new IllegalArgumentException(
            "window " + window + " must be a multiple of the slide " + slide);
      }
    }
    for (Declaration declaration : declarations) {
      indexes.put(declaration.name(), indexes.size());
    }
    this.version = fingerprint(declarations + "|" + this.windows + "|" + slide);
  }

  /** Start of the slice that a moment falls in. */
  public long sliceOf(long millis) {
    return Math.floorDiv(millis, slideMillis) * slideMillis;
  }

  public long slideMillis() {
    return slideMillis;
  }

  /** Windows, shortest first. */
  public List<Duration> windows() {
    return windows;
  }

  public long largestWindowMillis() {
    return windows.get(windows.size() - 1).toMillis();
  }

  /** Fingerprint of declarations, windows and slide. */
  public String version() {
    return version;
  }

  /** A slice without events. */
  public Slice newSlice() {
    return Slice.empty(declarations.size() + 1);
  }

  /** Folds an event into its slice and gives the slice to keep. */
  public Slice fold(ShopEvent event, Slice slice) {
    for (int i = 0; i < declarations.size(); i++) {
      Declaration declaration = declarations.get(i);
      if (!declaration.counts(event)) {
        continue;
      }
      switch (declaration.aggregate()) {
        case COUNT -> slice.sums()[i]++;
        case SUM -> slice.sums()[i] += declaration.number().of(event);
        case DAYS_SINCE_LAST ->
            slice.sums()[i] = Math.max(slice.sums()[i], event.at().toEpochMilli());
        case DISTINCT, PREFERRED -> {
          String value = declaration.text().of(event);
          if (value != null) {
            slice.counts().merge(i + "" + SEPARATOR + value, 1L, Long::sum);
          }
        }
        case RATIO -> {
          // made of two others when the row is written
        }
      }
    }
    if (event.type() == ShopEventType.ORDER_PLACED) {
      slice.sums()[declarations.size()]++;
    }
    return slice.holding(event.eventId());
  }

  /** Whether the slice holds an order; training labels are made of this. */
  public boolean ordered(Slice slice) {
    return slice.sums()[declarations.size()] > 0;
  }

  /**
   * The features of a shopper at a moment.
   *
   * @param asOf a multiple of the slide
   * @param slices slices by start; those at or after {@code asOf} are left out
   */
  public FeatureRow row(String shopperId, long asOf, Iterable<Map.Entry<Long, Slice>> slices) {
    var values = new HashMap<String, Double>();
    var categories = new HashMap<String, String>();
    Slice[] merged = new Slice[windows.size()];
    for (int w = 0; w < merged.length; w++) {
      merged[w] = newSlice();
    }
    for (Map.Entry<Long, Slice> entry : slices) {
      long start = entry.getKey();
      if (start < asOf) {
        for (int w = merged.length - 1; w >= 0 && start >= asOf - windows.get(w).toMillis(); w--) {
          add(entry.getValue(), merged[w]);
        }
      }
    }
    for (int w = 0; w < merged.length; w++) {
      write(
          merged[w],
          WindowName.suffix(windows.get(w)),
          asOf,
          w == merged.length - 1,
          values,
          categories);
    }
    return new FeatureRow(shopperId, Instant.ofEpochMilli(asOf), values, categories, version);
  }

  private void add(Slice from, Slice into) {
    for (int i = 0; i < into.sums().length; i++) {
      boolean latest =
          i < declarations.size() && declarations.get(i).aggregate() == Aggregate.DAYS_SINCE_LAST;
      into.sums()[i] =
          latest ? Math.max(into.sums()[i], from.sums()[i]) : into.sums()[i] + from.sums()[i];
    }
    from.counts().forEach((key, count) -> into.counts().merge(key, count, Long::sum));
  }

  private void write(
      Slice merged,
      String suffix,
      long asOf,
      boolean largest,
      Map<String, Double> values,
      Map<String, String> categories) {
    var distinct = new long[declarations.size()];
    var preferred = new String[declarations.size()];
    var most = new long[declarations.size()];
    merged
        .counts()
        .forEach(
            (key, count) -> {
              int separator = key.indexOf(SEPARATOR);
              int i = Integer.parseInt(key, 0, separator, 10);
              String value = key.substring(separator + 1);
              distinct[i]++;
              if (count > most[i] || (count == most[i] && value.compareTo(preferred[i]) < 0)) {
                most[i] = count;
                preferred[i] = value;
              }
            });
    for (int i = 0; i < declarations.size(); i++) {
      Declaration d = declarations.get(i);
      if (d.hidden() || (!d.perWindow() && !largest)) {
        continue;
      }
      String name = d.perWindow() ? d.name() + suffix : d.name();
      switch (d.aggregate()) {
        case COUNT, SUM -> values.put(name, (double) merged.sums()[i]);
        case DISTINCT -> values.put(name, (double) distinct[i]);
        case PREFERRED -> {
          if (preferred[i] != null) {
            categories.put(name, preferred[i]);
          }
        }
        case DAYS_SINCE_LAST -> {
          if (merged.sums()[i] != 0) {
            values.put(name, (asOf - merged.sums()[i]) / DAY_MILLIS);
          }
        }
        case RATIO -> {
          long below = total(d.denominator(), merged, distinct);
          if (below != 0) {
            values.put(name, (double) total(d.numerator(), merged, distinct) / below);
          }
        }
      }
    }
  }

  private long total(String name, Slice merged, long[] distinct) {
    int i = indexes.get(name);
    return declarations.get(i).aggregate() == Aggregate.DISTINCT ? distinct[i] : merged.sums()[i];
  }

  /** The features that rows hold, for people and for other rooms. */
  public List<FeatureDescription> catalog() {
    return declarations.stream()
        .filter(d -> !d.hidden())
        .flatMap(
            d ->
                d.perWindow()
                    ? windows.stream()
                        .map(w -> FeatureDescription.of(d, d.name() + WindowName.suffix(w), w))
                    : java.util.stream.Stream.of(
                        FeatureDescription.of(d, d.name(), windows.get(windows.size() - 1))))
        .toList();
  }

  private static String fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }
}
