package io.promoflow.evaluation.offline;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The sums of an experiment by segment and variant, and by the day on which units came. */
final class ExperimentSums {
  /** The segment of everybody. */
  static final String ALL = "all";

  private final List<TableMetric> metrics;
  private final Map<String, Map<String, VariantSums>> bySegment = new LinkedHashMap<>();
  private final NavigableMap<LocalDate, Map<String, VariantSums>> byDay = new TreeMap<>();

  ExperimentSums(List<TableMetric> metrics) {
    this.metrics = metrics;
    bySegment.put(ALL, new TreeMap<>());
  }

  /**
   * Takes in one row.
   *
   * @param segments beside everybody
   * @param day null when there is no time
   */
  void add(String variant, List<String> segments, LocalDate day, VariantSums row) {
    cell(bySegment.get(ALL), variant).add(row);
    for (String segment : segments) {
      cell(bySegment.computeIfAbsent(segment, key -> new TreeMap<>()), variant).add(row);
    }
    if (day != null) {
      cell(byDay.computeIfAbsent(day, key -> new TreeMap<>()), variant).add(row);
    }
  }

  private VariantSums cell(Map<String, VariantSums> cells, String variant) {
    return cells.computeIfAbsent(variant, key -> new VariantSums(metrics));
  }

  /** Everybody first, then the others by name. */
  List<String> segments() {
    var segments = new ArrayList<>(bySegment.keySet());
    segments.remove(ALL);
    Collections.sort(segments);
    segments.add(0, ALL);
    return segments;
  }

  /** By variant; variants without units are absent. */
  Map<String, VariantSums> of(String segment) {
    return Collections.unmodifiableMap(bySegment.get(segment));
  }

  /** Units that came on each day, by variant; empty without a time. */
  NavigableMap<LocalDate, Map<String, VariantSums>> byDay() {
    return Collections.unmodifiableNavigableMap(byDay);
  }

  long units() {
    return of(ALL).values().stream().mapToLong(VariantSums::units).sum();
  }

  /** From the first day to the last, both counted; 0 without a time. */
  long days() {
    return byDay.isEmpty() ? 0 : byDay.lastKey().toEpochDay() - byDay.firstKey().toEpochDay() + 1;
  }
}
