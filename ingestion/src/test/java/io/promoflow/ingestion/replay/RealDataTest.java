package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Every row of the public data sets is accounted for. What is expected is counted here on the lines
 * of the files, by code that shares nothing with the replay.
 */
class RealDataTest {
  private static final Path DATA =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"));

  /** What replay and parser made of some files. */
  private static final class Outcome {
    private final Map<String, Long> rejected = new TreeMap<>();
    private final Map<ShopEventType, Long> accepted = new TreeMap<>();
    private final Map<ShopEventType, Long> netCents = new TreeMap<>();
    private final Set<String> ids = new HashSet<>();
    private long rows;
    private boolean ordered = true;
  }

  private static Path file(String name) {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), "skipped: " + file + " is not here");
    return file;
  }

  private static Outcome replay(String mapping, Path... files) throws IOException {
    var parser = new EventParser(ParserLimits.DEFAULT, Clock.systemUTC());
    var outcome = new Outcome();
    try (var reader = ReplayReader.open(ReplayMapping.load(mapping), List.of(files))) {
      java.time.Instant before = java.time.Instant.MIN;
      while (reader.hasNext()) {
        var event = reader.next();
        outcome.ordered &= !event.at().isBefore(before);
        before = event.at();
        count(outcome, parser.parse(event.json()));
      }
      outcome.rows = reader.rows();
      assertThat(reader.skipped() + reader.unmappable()).isZero();
    }
    return outcome;
  }

  private static void count(Outcome outcome, ParseResult result) {
    if (result instanceof ParseResult.Rejected rejected) {
      outcome.rejected.merge(rejected.reason() + " " + rejected.path(), 1L, Long::sum);
    } else if (result instanceof ParseResult.Accepted accepted) {
      outcome.ids.add(accepted.rawEventId());
      for (ShopEvent event : accepted.events()) {
        outcome.accepted.merge(event.type(), 1L, Long::sum);
        outcome.netCents.merge(event.type(), event.netCents(), Long::sum);
      }
    }
  }

  private static void lines(Path file, Consumer<String> line) throws IOException {
    var in = Files.newInputStream(file);
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in,
                StandardCharsets.UTF_8))) {
      lines.readLine();
      lines.lines().forEach(line);
    }
  }

  /** From the right, because descriptions hold commas: country, customer, price, date, quantity. */
  private static String fromRight(String line, int field) {
    int end = line.length();
    for (int i = 0; i < field; i++) {
      end = line.lastIndexOf(',', end - 1);
    }
    return line.substring(line.lastIndexOf(',', end - 1) + 1, end);
  }

  private static long priceCents(String price) {
    return new BigDecimal(price)
        .multiply(BigDecimal.valueOf(100))
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  @Test
  void everyRowOfOnlineRetailIsAccountedFor() throws Exception {
    Path file = file("online_retail/online_retail.csv.gz");
    long[] rows = new long[5];
    lines(
        file,
        line -> {
          rows[0]++;
          boolean customer = !fromRight(line, 1).isEmpty();
          long pieces = Long.parseLong(fromRight(line, 4));
          if (!customer) {
            rows[1]++;
          } else if (line.startsWith("C") || pieces < 0) {
            rows[2]++;
            rows[4] -= Math.abs(pieces) * priceCents(fromRight(line, 2));
          } else {
            rows[3]++;
            rows[4] += pieces * priceCents(fromRight(line, 2));
          }
        });
    assertThat(rows[0]).isEqualTo(541_909);
    assertThat(rows[1]).isEqualTo(135_080);

    var outcome = replay("online-retail", file);

    assertThat(outcome.rows).isEqualTo(rows[0]);
    assertThat(outcome.rejected).isEqualTo(Map.of("MISSING_SHOPPER_ID $.userId", rows[1]));
    assertThat(outcome.accepted)
        .isEqualTo(
            Map.of(ShopEventType.ORDER_CANCELLED, rows[2], ShopEventType.ORDER_PLACED, rows[3]));
    assertThat(outcome.ids).hasSize((int) (rows[2] + rows[3]));
    assertThat(
            outcome.netCents.get(ShopEventType.ORDER_PLACED)
                - outcome.netCents.get(ShopEventType.ORDER_CANCELLED))
        .isEqualTo(rows[4]);
    assertThat(outcome.ordered).isTrue();
  }

  @Test
  void everyRowOfCompleteJourneyIsAccountedFor() throws Exception {
    Path transactions = file("completejourney/transactions_sample.csv.gz");
    Path redemptions = file("completejourney/coupon_redemptions.csv");
    long[] rows = new long[4];
    lines(
        transactions,
        line -> {
          String[] columns = line.split(",", -1);
          rows[0]++;
          if (columns[4].equals("0")) {
            rows[1]++;
          } else {
            rows[2] += priceCents(columns[5]);
          }
        });
    lines(redemptions, line -> rows[3]++);
    assertThat(rows[0]).isEqualTo(75_000);
    assertThat(rows[3]).isEqualTo(2_102);

    var outcome = replay("complete-journey", transactions, redemptions);

    assertThat(outcome.rows).isEqualTo(rows[0] + rows[3]);
    assertThat(outcome.rejected).isEqualTo(Map.of("OUT_OF_RANGE $.quantity", rows[1]));
    assertThat(outcome.accepted)
        .isEqualTo(
            Map.of(
                ShopEventType.ORDER_PLACED,
                rows[0] - rows[1],
                ShopEventType.COUPON_REDEEMED,
                rows[3]));
    assertThat(outcome.netCents.get(ShopEventType.ORDER_PLACED)).isEqualTo(rows[2]);
    assertThat(outcome.ids).hasSize((int) (rows[0] - rows[1] + rows[3]));
    assertThat(outcome.ordered).isTrue();
  }
}
