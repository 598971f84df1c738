package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.TestShop;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.Trigger;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A published experiment (K. Hillstrom's e-mail test, 2008) through the streaming job: a decision
 * per shopper, an order per purchase or per visit, and the digits that were printed.
 */
class HillstromJobTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Path DATA =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"))
          .resolve("hillstrom/hillstrom.csv.gz");
  private static final String NONE = "No E-Mail";
  private static final String MENS = "Mens E-Mail";
  private static final String WOMENS = "Womens E-Mail";

  private final List<Decision> decisions = new ArrayList<>();
  private final List<ShopEvent> purchases = new ArrayList<>();
  private final List<ShopEvent> visits = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    Assumptions.assumeTrue(
        Files.exists(DATA), "SKIPPED: no " + DATA + "; set -Dpromoflow.data to the data folder");
    try (var reader =
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA)), StandardCharsets.UTF_8);
        var rows = CsvReader.builder().ofNamedCsvRecord(reader)) {
      int number = 0;
      for (NamedCsvRecord row : rows) {
        String shopper = "k1.h" + number;
        Instant at = NOON.plusSeconds(number);
        String segment = "womens=" + row.getField("womens");
        decisions.add(decision("d" + number, shopper, at, row.getField("segment"), segment));
        long cents = Math.round(100 * Double.parseDouble(row.getField("spend")));
        if (row.getField("conversion").equals("1")) {
          purchases.add(order(number, shopper, at, cents));
        }
        if (row.getField("visit").equals("1")) {
          visits.add(order(number, shopper, at, 1));
        }
        number++;
      }
    }
  }

  private static ShopEvent order(int number, String shopper, Instant at, long cents) {
    return placed("e" + number, shopper, at.plusSeconds(60), "o" + number, cents, 0);
  }

  private static Experiment mails() {
    double third = 1 / 3.0;
    return new Experiment(
        TEA_TEST,
        "salt",
        Trigger.VISIT,
        List.of(
            new Variant(NONE, true, third, List.of()),
            new Variant(MENS, false, third, List.of()),
            new Variant(WOMENS, false, 1 - 2 * third, List.of())),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "spend",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING);
  }

  /** The last row of each result, by segment, variant and metric, and the sample ratio. */
  private record Final(Map<String, ResultRow> results, SampleRatioRow ratio) {
    ResultRow of(String segment, String variant, String metric) {
      return results.get(segment + "|" + variant + "|" + metric);
    }
  }

  private Final run(List<ShopEvent> events) throws Exception {
    var options =
        EvaluationOptions.from(
            Settings.of(Map.of("kafka.bootstrap-servers", "unused", "postgres.url", "unused")));
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    var out =
        EvaluationJob.pipeline(
            new EvaluationJob.Inputs(
                env.fromData(TypeInformation.of(Decision.class), decisions.toArray(Decision[]::new))
                    .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Decision>forBoundedOutOfOrderness(Duration.ofDays(2))
                            .withTimestampAssigner((one, old) -> one.at().toEpochMilli())),
                env.fromData(TypeInformation.of(ShopEvent.class), events.toArray(ShopEvent[]::new))
                    .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<ShopEvent>forBoundedOutOfOrderness(Duration.ofDays(2))
                            .withTimestampAssigner((one, old) -> one.at().toEpochMilli())),
                env.fromData(TypeInformation.of(RuleSet.class), TestShop.rules(1, mails())),
                env.fromSequence(1, 1)
                    .filter(number -> false)
                    .map(number -> (StrategyAdjustment) null)
                    .returns(StrategyAdjustment.class)),
            options,
            Clock.systemUTC());
    var results = out.results().collectAsync();
    var ratios = out.sampleRatios().collectAsync();
    env.execute();
    var last = new HashMap<String, ResultRow>();
    try (CloseableIterator<ResultRow> rows = results) {
      rows.forEachRemaining(
          row -> last.put(row.segment() + "|" + row.variant() + "|" + row.metric(), row));
    }
    SampleRatioRow ratio = null;
    try (CloseableIterator<SampleRatioRow> rows = ratios) {
      while (rows.hasNext()) {
        ratio = rows.next();
      }
    }
    return new Final(last, ratio);
  }

  @Test
  void purchasesGiveThePublishedDigits() throws Exception {
    Final mails = run(purchases);
    ResultRow mens = mails.of("all", MENS, "spend");
    assertThat(mens.units()).isEqualTo(21_307);
    assertThat(mens.controlUnits()).isEqualTo(21_306);
    assertThat(mens.controlMean() / 100).isCloseTo(0.652789, within(5e-7));
    assertThat(mens.difference() / 100).isCloseTo(0.76983, within(5e-6));
    assertThat(mens.difference() / mens.standardError()).isCloseTo(5.300, within(5e-4));
    assertThat(mens.p()).isCloseTo(1.16e-7, Percentage.withPercentage(0.5));
    ResultRow womens = mails.of("all", WOMENS, "spend");
    assertThat(womens.units()).isEqualTo(21_387);
    assertThat(womens.difference() / 100).isCloseTo(0.42441, within(5e-6));
    assertThat(womens.difference() / womens.standardError()).isCloseTo(3.256, within(5e-4));
    assertThat(womens.p()).isCloseTo(1.13e-3, Percentage.withPercentage(0.5));
    assertThat(mails.of("all", WOMENS, "conversion").mean()).isCloseTo(.008837, within(5e-7));
    assertThat(mails.ratio().statistic()).isCloseTo(0.2025, Percentage.withPercentage(0.06));
    assertThat(mails.ratio().p()).isCloseTo(.904, Percentage.withPercentage(0.06));
  }

  @Test
  void visitsDifferWhereWomensThingsWereBought() throws Exception {
    Final mails = run(visits);
    assertThat(mails.of("all", MENS, "conversion").mean()).isCloseTo(.182757, within(5e-7));
    assertThat(mails.of("womens=0", WOMENS, "conversion").difference())
        .isCloseTo(.0111, within(5e-5));
    assertThat(mails.of("womens=1", WOMENS, "conversion").difference())
        .isCloseTo(.0731, within(5e-5));
  }
}
