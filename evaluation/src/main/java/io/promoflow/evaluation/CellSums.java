package io.promoflow.evaluation;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The sufficient statistics of one cell (experiment, variant, segment): mergeable, subtractable and
 * exact. Numbers take the bytes that they need, so a cell of a million shoppers is some 30 bytes
 * per metric.
 *
 * @param units shoppers
 * @param contaminated shoppers that were seen in another variant, too
 * @param packed a {@link CellBlock} per metric, by {@link Metric#place()}; blocks of zeros at the
 *     end are left out, so equal sums are equal bytes; never written to
 */
public record CellSums(long units, long contaminated, byte[] packed) {
  private static final byte[] NOTHING = {};
  public static final CellSums ZERO = new CellSums(0, 0, NOTHING);

  public CellSums {
    packed = packed == null ? NOTHING : packed;
  }

  /** The sums of a cell from those of its metrics; metrics that are left out are 0. */
  public static CellSums of(long units, long contaminated, Map<Metric, MetricSums> metrics) {
    int size = metrics.keySet().stream().mapToInt(Metric::place).max().orElse(-1) + 1;
    var blocks = new CellBlock[size];
    Arrays.setAll(blocks, place -> new CellBlock());
    metrics.forEach(
        (metric, sums) -> {
          blocks[metric.place()].sums(sums);
          blocks[metric.place()].units(metric.matures() ? units : 0);
        });
    return new CellSums(units, contaminated, pack(blocks));
  }

  /** The sums of a single shopper. */
  static CellSums of(ShopperScores scores) {
    return difference(ShopperScores.NONE, scores);
  }

  /** What has to be added when a shopper's scores change. */
  static CellSums difference(ShopperScores before, ShopperScores after) {
    var out = PackedBytes.empty(64);
    var block = new CellBlock();
    int end = 0;
    int places = Math.max(before.size(), after.size());
    for (int place = 0; place < places; place++) {
      if (before.sameAt(place, after)) {
        CellBlock.writeNothing(out);
        continue;
      }
      block.clear();
      before.addTo(block, place, -1);
      after.addTo(block, place, 1);
      end = block.write(out) ? out.position() : end;
    }
    return new CellSums(
        after.units() - before.units(),
        after.contaminated() - before.contaminated(),
        out.upTo(end));
  }

  /**
   * What has to be added when a change from the one to the other takes the place of that between
   * two earlier ones.
   */
  static CellSums correction(
      ShopperScores before, ShopperScores after, ShopperScores nowBefore, ShopperScores nowAfter) {
    var out = PackedBytes.empty(64);
    var block = new CellBlock();
    int end = 0;
    int places = Math.max(nowBefore.size(), nowAfter.size());
    for (int place = 0; place < places; place++) {
      boolean unmoved = before.sameAt(place, nowBefore) && after.sameAt(place, nowAfter);
      boolean stays = before.sameAt(place, after) && nowBefore.sameAt(place, nowAfter);
      if (unmoved || stays) {
        CellBlock.writeNothing(out);
        continue;
      }
      block.clear();
      nowBefore.addTo(block, place, -1);
      nowAfter.addTo(block, place, 1);
      before.addTo(block, place, 1);
      after.addTo(block, place, -1);
      end = block.write(out) ? out.position() : end;
    }
    return new CellSums(0, 0, out.upTo(end));
  }

  private static byte[] pack(CellBlock[] blocks) {
    var out = PackedBytes.empty(64);
    int end = 0;
    for (CellBlock block : blocks) {
      end = block.write(out) ? out.position() : end;
    }
    return out.upTo(end);
  }

  /** Exact sums of a metric. */
  public MetricSums metric(Metric metric) {
    return block(metric).sums();
  }

  /** Shoppers that count for a metric: all, or those who have matured. */
  public long units(Metric metric) {
    return metric.matures() ? block(metric).units() : units;
  }

  /** How many numbers of a quantile lie where. */
  ValueCounts values(Metric metric) {
    return block(metric).valueCounts();
  }

  private CellBlock block(Metric metric) {
    var in = new PackedBytes(packed);
    var block = new CellBlock();
    for (int place = 0; place < metric.place() && in.hasMore(); place++) {
      CellBlock.skip(in);
    }
    if (in.hasMore()) {
      block.read(in);
    }
    return block;
  }

  public CellSums plus(CellSums other) {
    return with(other, 1);
  }

  public CellSums minus(CellSums other) {
    return with(other, -1);
  }

  private CellSums with(CellSums other, int sign) {
    return new CellSums(
        units + sign * other.units,
        contaminated + sign * other.contaminated,
        other.packed.length == 0 ? packed : combined(other, sign));
  }

  private byte[] combined(CellSums other, int sign) {
    var left = new PackedBytes(packed);
    var right = new PackedBytes(other.packed);
    var out = PackedBytes.empty(packed.length + other.packed.length + 8);
    var sum = new CellBlock();
    var added = new CellBlock();
    int end = 0;
    while (left.hasMore() || right.hasMore()) {
      boolean changes = right.hasMore() && CellBlock.isSomething(right);
      if (!changes && left.hasMore()) {
        end = CellBlock.copy(left, out) ? out.position() : end;
        continue;
      }
      sum.clear();
      if (left.hasMore()) {
        sum.read(left);
      }
      if (changes) {
        added.read(right);
        sum.add(added, sign);
      }
      end = sum.write(out) ? out.position() : end;
    }
    return out.upTo(end);
  }

  /** The sums of the metrics at these places, and no shoppers. */
  CellSums only(Set<Integer> places) {
    return new CellSums(0, 0, chosen(places, true));
  }

  /** The shoppers, and the sums of all metrics but those at these places. */
  CellSums without(Set<Integer> places) {
    return new CellSums(units, contaminated, chosen(places, false));
  }

  private byte[] chosen(Set<Integer> places, boolean wanted) {
    var in = new PackedBytes(packed);
    var out = PackedBytes.empty(packed.length);
    var block = new CellBlock();
    int end = 0;
    for (int place = 0; in.hasMore(); place++) {
      block.read(in);
      if (places.contains(place) != wanted) {
        block.clear();
      }
      end = block.write(out) ? out.position() : end;
    }
    return out.upTo(end);
  }

  public boolean isZero() {
    return units == 0 && contaminated == 0 && packed.length == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CellSums its
        && units == its.units
        && contaminated == its.contaminated
        && Arrays.equals(packed, its.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed) * 31 + Long.hashCode(units);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("CellSums[units=" + units + ", contaminated=" + contaminated);
    var in = new PackedBytes(packed);
    var block = new CellBlock();
    for (int place = 0; in.hasMore(); place++) {
      block.read(in);
      if (!block.sums().equals(MetricSums.ZERO)) {
        text.append(", ").append(place).append('=').append(block.sums());
      }
    }
    return text.append(']').toString();
  }
}
