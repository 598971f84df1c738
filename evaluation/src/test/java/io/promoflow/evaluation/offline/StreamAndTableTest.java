package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.Strata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exact sums of the stream and the merged moments of a table say the same. */
class StreamAndTableTest {
  private static final Percentage ONE_IN_A_BILLION = Percentage.withPercentage(1e-7);
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final String MAPPING =
      """
      variant: arm
      control: off
      metrics:
        - {name: conversion, kind: proportion, role: primary}
        - {name: spend}
        - {name: ctr, kind: ratio, column: clicks, denominator: views}
      segments: [tribe]
      """;

  @TempDir private Path folder;

  @Test
  void agreeWithinOneInABillion() throws Exception {
    var random = new Random(11);
    Map<String, Map<String, CellSums>> cells = new TreeMap<>();
    var table = new StringBuilder("arm,tribe,conversion,spend,clicks,views\n");
    for (int i = 0; i < 5_000; i++) {
      String arm = random.nextInt(3) == 0 ? "off" : "on";
      String tribe = random.nextBoolean() ? "red" : "blue";
      int orders = random.nextInt(4) == 0 ? 1 : 0;
      long spend = orders * (900L + random.nextInt(100_000));
      int views = random.nextInt(8);
      int clicks = views == 0 ? 0 : random.nextInt(views);
      cells
          .computeIfAbsent("tribe=" + tribe, key -> new TreeMap<>())
          .merge(arm, shopper(orders, spend, clicks, views), CellSums::plus);
      table.append("%s,%s,%d,%d,%d,%d%n".formatted(arm, tribe, orders, spend, clicks, views));
    }
    Path csv = Files.writeString(folder.resolve("table.csv"), table);
    var evaluation = Evaluation.of(EvaluationMapping.parse("paper.yaml", MAPPING), csv);
    var strata = new TreeMap<String, Strata>();
    cells.forEach((segment, here) -> strata.put(segment, Strata.ofOneDraw(here)));
    List<ResultRow> rows = new ResultBook("tea", "off", 0.05, 1_000).rows(strata, NOON, NOON);

    assertThat(evaluation.results()).hasSize(9);
    for (MetricResult ours : evaluation.results()) {
      ResultRow row =
          rows.stream()
              .filter(r -> r.segment().equals(ours.segment()))
              .filter(r -> r.metric().equals(ours.metric().name()))
              .findFirst()
              .orElseThrow();
      var its = ours.comparison();
      assertThat(its.variant().units()).isEqualTo(row.units());
      close(its.variant().variance(), row.variance());
      close(its.difference(), row.difference());
      close(its.standardError(), row.standardError());
      close(its.low(), row.low());
      close(ours.alwaysValidHigh(), row.alwaysValidHigh());
      close(its.relativeHigh(), row.relativeHigh());
    }
  }

  /** A shopper with these outcomes. */
  private static CellSums shopper(long orders, long spend, long clicks, long views) {
    return CellSums.of(
        1,
        0,
        Map.of(
            Shipped.CONVERSION, MetricSums.of(orders, 0),
            Shipped.SPEND, MetricSums.of(spend, 0),
            Shipped.CTR, MetricSums.of(clicks, views)));
  }

  private static void close(double ours, double theirs) {
    assertThat(ours).isCloseTo(theirs, ONE_IN_A_BILLION);
  }
}
