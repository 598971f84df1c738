package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The metrics that are declared, each at its place. */
public final class Metrics implements Iterable<Metric>, Serializable {
  private static final long serialVersionUID = 1L;
  private static final Metrics SHIPPED = MetricsFile.shipped();

  private final ArrayList<Metric> all;
  private final HashMap<String, Metric> byId = new HashMap<>();
  private final EnumSet<ShopEventType> types = EnumSet.copyOf(Outcome.ALWAYS_KEPT);
  private final HashSet<Integer> maturing = new HashSet<>();
  private final HashSet<Integer> quantiles = new HashSet<>();

  Metrics(List<Metric> all) {
    this.all = new ArrayList<>(all);
    all.forEach(metric -> byId.put(metric.id(), metric));
    all.forEach(metric -> types.addAll(metric.types()));
    all.stream().filter(Metric::matures).map(Metric::place).forEach(maturing::add);
    all.stream()
        .filter(metric -> metric.kind() == Metric.Kind.QUANTILE)
        .map(Metric::place)
        .forEach(quantiles::add);
  }

  /** Those that we ship. */
  public static Metrics shipped() {
    return SHIPPED;
  }

  /** Those of a file; throws {@link MetricsException} with everything that is wrong with it. */
  public static Metrics read(Path file) {
    return MetricsFile.read(file);
  }

  /** The metric of that name; empty when there is none. */
  public Optional<Metric> named(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public List<String> ids() {
    return all.stream().map(Metric::id).toList();
  }

  public int size() {
    return all.size();
  }

  public Metric get(int place) {
    return all.get(place);
  }

  @Override
  public Iterator<Metric> iterator() {
    return List.copyOf(all).iterator();
  }

  /** Whether results rest on events of this type; all others are dropped before the state. */
  public boolean restOn(ShopEventType type) {
    return types.contains(type);
  }

  /** What is kept of an event. */
  public Outcome outcome(ShopEvent event) {
    return Outcome.of(event);
  }

  /** The longest time after an exposure at which anything may still count. */
  public long longestMillis(long windowMillis) {
    long longest = windowMillis;
    for (Metric metric : all) {
      longest =
          Math.max(
              longest,
              Math.max(metric.maturityMillis(), metric.span().orUntil(windowMillis).untilMillis()));
    }
    return longest;
  }

  /** The part of some sums that counts at once. */
  public CellSums atOnce(CellSums sums) {
    return maturing.isEmpty() ? sums : sums.without(maturing);
  }

  /** The part whose shoppers count only some time after their exposure. */
  public CellSums maturing(CellSums sums) {
    return maturing.isEmpty() ? CellSums.ZERO : sums.only(maturing);
  }

  /** The part of some sums whose size does not depend on what shoppers did. */
  public CellSums withoutQuantiles(CellSums sums) {
    return sums.without(quantiles);
  }

  /** How many metrics are no quantiles. */
  public int numberOfSums() {
    return size() - quantiles.size();
  }

  /** A word that changes whenever sums of the one declaration do not go with the other's. */
  public String fingerprint() {
    var text = new StringBuilder();
    for (Metric one : all) {
      text.append(one.id())
          .append(' ')
          .append(one.kind())
          .append(one.of())
          .append(one.over())
          .append(one.at())
          .append(one.perOrder())
          .append(one.filter())
          .append(one.span())
          .append(one.maturityMillis())
          .append(' ')
          .append(one.cap())
          .append('\n');
    }
    return text.toString();
  }
}
