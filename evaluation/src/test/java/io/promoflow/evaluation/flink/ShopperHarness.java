package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnSums;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The attribution operator on its own, its deltas summed up as the next operators would. */
final class ShopperHarness implements AutoCloseable {
  private static final Settings SETTINGS =
      Settings.of(
          Map.of(
              "kafka.bootstrap-servers", "unused",
              "postgres.url", "unused",
              "evaluation.exposure", "DECISION",
              "evaluation.adjust-every", "PT1H"));
  private static final Map<String, String> ODD_METRICS =
      Map.of("evaluation.metrics", "src/test/resources/odd-metrics.yaml");

  /** The decision itself exposes: most of what is summed has nothing to do with views. */
  static final EvaluationOptions OPTIONS = EvaluationOptions.from(SETTINGS);

  /** Only what was shown exposes, as shipped. */
  static final EvaluationOptions SHOWN = with("evaluation.exposure", "SHOWN");

  /** With metrics of every kind on top of the shipped ones. */
  static final EvaluationOptions ODD = EvaluationOptions.from(SETTINGS.with(ODD_METRICS));

  /** Both. */
  static final EvaluationOptions ODD_SHOWN =
      EvaluationOptions.from(
          SETTINGS.with(ODD_METRICS).with(Map.of("evaluation.exposure", "SHOWN")));

  static EvaluationOptions with(String key, String value) {
    return EvaluationOptions.from(SETTINGS.with(Map.of(key, value)));
  }

  /**
   * All deltas so far, summed.
   *
   * @param cells by "segment variant", empty ones left out
   * @param ticks by where they are counted, those whose exposure is missing included, empty ones
   *     left out
   * @param promotions by "day promotion", empty ones left out
   * @param shown decisions made and shown, by variant
   * @param categories cents by slice, empty ones left out
   * @param returns by day of exposure, empty ones left out
   */
  record Sums(
      Map<String, CellSums> cells,
      Map<CellKey, CellSums> ticks,
      Map<String, PromotionSums> promotions,
      Map<String, ShownDelta> shown,
      Map<CategoryRevenue.Slice, Long> categories,
      Map<ReturnCell, ReturnSums> returns,
      long newestRecord) {

    /** What a tick may know, by "segment variant standing". */
    Map<String, CellSums> standingsUpTo(Instant tick) {
      return upTo(tick, true);
    }

    /** The same by "segment variant". */
    Map<String, CellSums> cellsUpTo(Instant tick) {
      return upTo(tick, false);
    }

    /** Shoppers whose exposure is known to be missing by then, by "segment variant". */
    Map<String, Long> missingUpTo(Instant at) {
      var missing = new TreeMap<String, Long>();
      ticks.forEach(
          (key, sums) -> {
            if (!key.standing().isExposed() && key.tickMillis() <= at.toEpochMilli()) {
              missing.merge(name(key), sums.units(), Long::sum);
            }
          });
      return missing;
    }

    private Map<String, CellSums> upTo(Instant tick, boolean byStanding) {
      var cells = new TreeMap<String, CellSums>();
      ticks.forEach(
          (key, sums) -> {
            boolean wanted = byStanding || key.standing().isExposed();
            if (wanted && key.tickMillis() <= tick.toEpochMilli()) {
              String name = name(key) + (byStanding ? " " + key.standing() : "");
              cells.merge(name, sums, CellSums::plus);
            }
          });
      cells.values().removeIf(CellSums::isZero);
      return cells;
    }

    /** Cells of one population, by "segment variant". */
    Map<String, CellSums> cells(Population population) {
      var cells = new TreeMap<String, CellSums>();
      ticks.forEach(
          (key, sums) -> {
            if (population.counts(key.standing())) {
              cells.merge(name(key), sums, CellSums::plus);
            }
          });
      cells.values().removeIf(CellSums::isZero);
      return cells;
    }
  }

  private static String name(CellKey key) {
    return key.segment() + " " + key.variant();
  }

  private final KeyedTwoInputStreamOperatorTestHarness<String, Decision, ShopEvent, CellDelta>
      harness;

  ShopperHarness() throws Exception {
    this(OPTIONS);
  }

  ShopperHarness(EvaluationOptions options) throws Exception {
    var function = new ShopperAttribution(options, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(function),
            Decision::shopperId,
            ShopEvent::shopperId,
            Types.STRING);
    harness.open();
  }

  void take(Decision decision) throws Exception {
    harness.processElement1(decision, decision.at().toEpochMilli());
  }

  void take(ShopEvent event) throws Exception {
    harness.processElement2(event, event.at().toEpochMilli());
  }

  void watermark(Instant at) throws Exception {
    harness.processBothWatermarks(new Watermark(at.toEpochMilli()));
  }

  Sums sums() {
    var cells = new TreeMap<String, CellSums>();
    var ticks = new HashMap<CellKey, CellSums>();
    long newest = 0;
    for (CellDelta delta : harness.extractOutputValues()) {
      CellKey key = delta.key();
      if (key.standing().isExposed()) {
        cells.merge(name(key), delta.sums(), CellSums::plus);
      }
      ticks.merge(key, delta.sums(), CellSums::plus);
      newest = Math.max(newest, delta.recordAtMillis());
    }
    var promotions = new TreeMap<String, PromotionSums>();
    var out = harness.getSideOutput(ShopperAttribution.PROMOTIONS);
    if (out != null) {
      out.forEach(
          record -> {
            var day = record.getValue().day();
            String key = LocalDate.ofEpochDay(day.epochDay()) + " " + day.promotionId();
            promotions.merge(key, record.getValue().sums(), PromotionSums::plus);
          });
    }
    var shown = new TreeMap<String, ShownDelta>();
    var counts = harness.getSideOutput(ShopperAttribution.SHOWN);
    if (counts != null) {
      counts.forEach(
          record -> {
            ShownDelta delta = record.getValue();
            shown.merge(delta.of().variant(), delta, ShownDelta::plus);
          });
    }
    var categories = new HashMap<CategoryRevenue.Slice, Long>();
    for (CategoryDelta delta : side(ShopperAttribution.CATEGORIES)) {
      categories.merge(delta.slice(), delta.cents(), Long::sum);
    }
    categories.values().removeIf(cents -> cents == 0);
    var returns = new HashMap<ReturnCell, ReturnSums>();
    for (ReturnDelta delta : side(ShopperAttribution.RETURNS)) {
      returns.merge(delta.cell(), delta.sums(), ReturnSums::plus);
    }
    returns.values().removeIf(ReturnSums::isZero);
    cells.values().removeIf(CellSums::isZero);
    ticks.values().removeIf(CellSums::isZero);
    promotions.values().removeIf(PromotionSums::isZero);
    return new Sums(cells, ticks, promotions, shown, categories, returns, newest);
  }

  private <T> List<T> side(OutputTag<T> tag) {
    var out = harness.getSideOutput(tag);
    return out == null ? List.of() : out.stream().map(StreamRecord::getValue).toList();
  }

  int keptEntries() {
    return harness.numKeyedStateEntries();
  }

  long tooLate() {
    var operator = (KeyedCoProcessOperator<?, ?, ?, ?>) harness.getOperator();
    return ((ShopperAttribution) operator.getUserFunction()).tooLate();
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
