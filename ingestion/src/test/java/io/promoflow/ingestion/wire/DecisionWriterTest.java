package io.promoflow.ingestion.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Trigger;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Decisions are written the quick way with the same outcome as databind's. */
class DecisionWriterTest {
  private static final int DECISIONS = 20_000;
  private static final List<String> TEXTS =
      List.of(
          "k1.ada",
          "",
          "p-10 off!",
          "Grün",
          "Łódź",
          "a\"b",
          "back\\slash",
          "tab\t",
          "x".repeat(3_000));
  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, 0.1, 1 / 3.0, 1e-9, 1e-10, -12.5, 123_456.789, 1e15, 1e300, 4.9e-324);

  @Test
  void readsBackToTheSameDecisionWithTheFieldsInTheSameOrder() throws IOException {
    var random = new Random(20_261_124);
    int quick = 0;
    for (int i = 0; i < DECISIONS; i++) {
      Decision decision = decision(random);
      byte[] bytes = DecisionWriter.bytes(decision);
      if (bytes == null) {
        continue;
      }
      quick++;
      assertThat(Wire.read(bytes, Decision.class)).isEqualTo(decision);
      assertThat(names(Wire.JSON.readTree(bytes)))
          .isEqualTo(names(Wire.JSON.readTree(Wire.JSON.writeValueAsBytes(decision))));
    }
    assertThat(quick).as("written the quick way").isBetween(DECISIONS / 20, DECISIONS - 1);
  }

  private static List<String> names(JsonNode node) {
    var names = new ArrayList<String>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Decision decision(Random random) {
    return new Decision(
        "d-1",
        orNull(random, text(random)),
        orNull(random, Trigger.VISIT),
        orNull(random, "k1.ada"),
        orNull(random, moment(random)),
        random.nextLong(),
        orNull(random, "s1"),
        orNull(random, number(random)),
        orNull(random, "e"),
        orNull(random, "v"),
        orNull(random, "p"),
        number(random),
        random.nextInt(1_000),
        orNull(random, candidates(random)),
        random.nextInt(1_000),
        orNull(random, random.nextBoolean() ? Map.of() : Map.of("segments", "segments@1")),
        orNull(random, "f"),
        orNull(random, moment(random)),
        orNull(random, List.of(new Contribution("orders_7d", number(random)))),
        orNull(random, "prices@1"),
        random.nextBoolean(),
        orNull(random, "EE.V"),
        orNull(random, random.nextBoolean()));
  }

  private static List<Candidate> candidates(Random random) {
    var candidates = new ArrayList<Candidate>();
    for (int i = random.nextInt(4); i > 0; i--) {
      candidates.add(
          new Candidate(
              "p" + i,
              orNull(random, number(random)),
              orNull(random, Loss.LOWER_SCORE),
              orNull(random, "p1 scores 3"),
              orNull(random, random.nextLong()),
              orNull(random, number(random)),
              orNull(random, number(random)),
              orNull(random, number(random))));
    }
    return candidates;
  }

  private static String text(Random random) {
    return random.nextInt(3) > 0 ? "r-1" : TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static double number(Random random) {
    if (random.nextInt(3) == 0) {
      return (random.nextInt(200_000) - 1_000) / 100.0;
    }
    return random.nextBoolean()
        ? NUMBERS.get(random.nextInt(NUMBERS.size()))
        : (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(20) - 8);
  }

  private static Instant moment(Random random) {
    long seconds = (long) (random.nextDouble() * 8e9) - 1_000_000_000L;
    return Instant.ofEpochSecond(
        seconds,
        switch (random.nextInt(3)) {
          case 0 -> 0;
          case 1 -> random.nextInt(1_000) * 1_000_000L;
          default -> random.nextInt(1_000_000_000);
        });
  }

  private static <T> T orNull(Random random, T value) {
    return random.nextInt(12) == 0 ? null : value;
  }
}
