package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published results of a real experiment (K. Hillstrom's e-mail test, 2008) from our sums. */
class HillstromTest {
  private static final Path DATA =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"))
          .resolve("hillstrom/hillstrom.csv.gz");
  private static final Percentage PRINTED = Percentage.withPercentage(0.06);
  private static final String NONE = "No E-Mail";
  private static final String MENS = "Mens E-Mail";
  private static final String WOMENS = "Womens E-Mail";

  /** Sums of the three outcomes by arm and, for the segment, by arm and "womens". */
  private static final Map<String, Map<String, MetricSums>> SUMS = new HashMap<>();

  private static final Map<String, Long> UNITS = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    if (!Files.exists(DATA)) {
      return;
    }
    try (var reader =
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA)), StandardCharsets.UTF_8);
        var rows = CsvReader.builder().ofNamedCsvRecord(reader)) {
      for (NamedCsvRecord row : rows) {
        add(row.getField("segment"), row);
        add(row.getField("segment") + " womens=" + row.getField("womens"), row);
      }
    }
  }

  @BeforeEach
  void skipWithoutData() {
    Assumptions.assumeTrue(
        Files.exists(DATA), "SKIPPED: no " + DATA + "; set -Dpromoflow.data to the data folder");
  }

  private static void add(String arm, NamedCsvRecord row) {
    UNITS.merge(arm, 1L, Long::sum);
    var sums = SUMS.computeIfAbsent(arm, key -> new HashMap<>());
    sums.merge("visit", value(row.getField("visit")), MetricSums::plus);
    sums.merge("conversion", value(row.getField("conversion")), MetricSums::plus);
    long cents = Math.round(100 * Double.parseDouble(row.getField("spend")));
    sums.merge("spend", MetricSums.of(cents, 0), MetricSums::plus);
  }

  private static MetricSums value(String text) {
    return MetricSums.of(Long.parseLong(text), 0);
  }

  private static Comparison against(String variant, String control, String outcome) {
    return Comparison.of(group(variant, outcome), group(control, outcome), 0.05);
  }

  private static Group group(String arm, String outcome) {
    return Group.mean(UNITS.get(arm), SUMS.get(arm).get(outcome));
  }

  /** The published z pools the two shares; ours comes from the same sums. */
  private static double pooledZ(String variant, String outcome) {
    double n = UNITS.get(variant);
    double m = UNITS.get(NONE);
    double pooled =
        (SUMS.get(variant).get(outcome).sum() + SUMS.get(NONE).get(outcome).sum()) / (n + m);
    return against(variant, NONE, outcome).difference()
        / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  }

  @Test
  void groupsAndMeans() {
    assertThat(UNITS).containsEntry(MENS, 21_307L).containsEntry(WOMENS, 21_387L);
    assertThat(UNITS).containsEntry(NONE, 21_306L);
    assertThat(group(MENS, "visit").mean()).isCloseTo(.182757, within(5e-7));
    assertThat(group(WOMENS, "conversion").mean()).isCloseTo(.008837, within(5e-7));
    assertThat(group(NONE, "spend").mean() / 100).isCloseTo(0.652789, within(5e-7));
  }

  @Test
  void mensMailAgainstNone() {
    assertThat(pooledZ(MENS, "visit")).isCloseTo(22.486, within(.01));
    assertThat(pooledZ(MENS, "conversion")).isCloseTo(7.385, within(.01));
    var spend = against(MENS, NONE, "spend");
    assertThat(spend.difference() / 100).isCloseTo(0.76983, within(5e-6));
    assertThat(spend.t()).isCloseTo(5.300, within(5e-4));
    assertThat(spend.p()).isCloseTo(1.16e-7, Percentage.withPercentage(0.5));
  }

  @Test
  void womensMailAgainstNone() {
    assertThat(pooledZ(WOMENS, "visit")).isCloseTo(13.949, within(.01));
    assertThat(pooledZ(WOMENS, "conversion")).isCloseTo(3.780, within(.01));
    var spend = against(WOMENS, NONE, "spend");
    assertThat(spend.difference() / 100).isCloseTo(0.42441, within(5e-6));
    assertThat(spend.t()).isCloseTo(3.256, within(5e-4));
    assertThat(spend.p()).isCloseTo(1.13e-3, Percentage.withPercentage(0.5));
  }

  @Test
  void sampleRatioIsFine() {
    double third = 64_000 / 3.0;
    var check =
        SampleRatio.fixed(
            new long[] {UNITS.get(MENS), UNITS.get(WOMENS), UNITS.get(NONE)},
            new double[] {third, third, third});
    assertThat(check.statistic()).isCloseTo(0.2025, PRINTED);
    assertThat(check.p()).isCloseTo(.904, PRINTED);
  }

  @Test
  void womensMailWorksWhereWomensThingsWereBought() {
    assertThat(against(WOMENS + " womens=0", NONE + " womens=0", "visit").difference())
        .isCloseTo(.0111, within(5e-5));
    assertThat(against(WOMENS + " womens=1", NONE + " womens=1", "visit").difference())
        .isCloseTo(.0731, within(5e-5));
  }
}
