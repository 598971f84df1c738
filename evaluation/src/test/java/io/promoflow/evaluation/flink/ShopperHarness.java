package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** The attribution operator on its own, its deltas summed up as the next operators would. */
final class ShopperHarness implements AutoCloseable {
  static final EvaluationOptions OPTIONS = options("");

  /** With metrics of every kind on top of the shipped ones. */
  static final EvaluationOptions ODD = options("src/test/resources/odd-metrics.yaml");

  private static EvaluationOptions options(String metrics) {
    return EvaluationOptions.from(
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "unused",
                "postgres.url", "unused",
                "evaluation.adjust-every", "PT1H",
                "evaluation.metrics", metrics)));
  }

  /**
   * All deltas so far, summed.
   *
   * @param cells by "segment variant", empty ones left out
   * @param ticks by where they are counted, empty ones left out
   * @param promotions by "day promotion", empty ones left out
   */
  record Sums(
      Map<String, CellSums> cells,
      Map<CellKey, CellSums> ticks,
      Map<String, PromotionSums> promotions,
      long newestRecord) {

    /** What a tick may know, by "segment variant". */
    Map<String, CellSums> cellsUpTo(Instant tick) {
      var cells = new TreeMap<String, CellSums>();
      ticks.forEach(
          (key, sums) -> {
            if (key.tickMillis() <= tick.toEpochMilli()) {
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
      cells.merge(name(key), delta.sums(), CellSums::plus);
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
    cells.values().removeIf(CellSums::isZero);
    ticks.values().removeIf(CellSums::isZero);
    promotions.values().removeIf(PromotionSums::isZero);
    return new Sums(cells, ticks, promotions, newest);
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
