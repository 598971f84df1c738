package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.FeatureRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server must look at the row that the job looks at, however busy the shopper is. */
class KnowledgeTest {
  private static final ConnectionOptions.TopicNames TOPICS =
      ConnectionOptions.from(
              Settings.of(Map.of("kafka.bootstrap-servers", "none", "postgres.url", "none")))
          .topics();
  private static final int MOST = 64;

  private static void learn(Knowledge knowledge, Instant asOf) {
    knowledge.accept(TOPICS.shopperFeatures(), Wire.bytes(row(ADA, asOf, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT1M", "PT3M30S", "PT10M", "PT1H"})
  void whoBrowsesForLongIsKnownAtEveryMoment(String text) {
    Duration lag = Duration.parse(text);
    var knowledge = new Knowledge(TOPICS, lag, MOST);
    var all = new ArrayList<FeatureRow>();
    Instant dayBefore = NOON.minus(Duration.ofDays(1));
    all.add(row(ADA, dayBefore, 1));
    learn(knowledge, dayBefore);
    for (int minute = 0; minute < 150; minute++) {
      Instant asOf = NOON.plus(Duration.ofMinutes(minute));
      all.add(row(ADA, asOf, 1));
      learn(knowledge, asOf);
      for (int seconds = -60; seconds <= 90; seconds += 30) { // a moment just passed, and now
        Instant at = asOf.plusSeconds(seconds);
        FeatureRow jobs = FeatureRows.at(all.stream(), at, lag).orElseThrow();
        assertThat(knowledge.row(ADA, at.minus(lag)).asOf()).as("at %s", at).isEqualTo(jobs.asOf());
      }
    }
  }

  @Test
  void noMoreRowsAreKeptThanAnyoneMayLookAt() {
    var newest = new Knowledge(TOPICS);
    var lagging = new Knowledge(TOPICS, Duration.ofMinutes(10), MOST);
    var tooLong = new Knowledge(TOPICS, Duration.ofHours(10), MOST);
    for (int minute = 0; minute < 200; minute++) {
      Instant asOf = NOON.plus(Duration.ofMinutes(minute));
      learn(newest, asOf);
      learn(lagging, asOf);
      learn(tooLong, asOf);
    }
    assertThat(newest.rows(ADA)).hasSize(4);
    assertThat(lagging.rows(ADA)).hasSize(14); // ten too young, and four
    assertThat(tooLong.rows(ADA)).hasSize(MOST);
  }
}
