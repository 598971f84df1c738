package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.serving.CapStory;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.OpenLedger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Caps over periods in the server, when a real {@code serving.decisions} remembers the offers, and
 * when the server itself does.
 */
class CapsOverTimeTest {
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() throws Exception {
    postgres.empty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofAPromotion(boolean inTheStore) throws Exception {
    assertTold(CapStory.ofAPromotion(), inTheStore);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofContacts(boolean inTheStore) throws Exception {
    assertTold(CapStory.ofContacts(), inTheStore);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofAReplacedPromotion(boolean inTheStore) throws Exception {
    assertTold(CapStory.ofAReplacedPromotion(), inTheStore);
  }

  private static void assertTold(CapStory story, boolean inTheStore) throws Exception {
    var feed = new InMemory.Feed();
    var options =
        HttpOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "none",
                    "postgres.url", "none",
                    "serving.assumed-lift", "0.5")));
    var knowledge = new Knowledge(options.connections().topics());
    feed.start(knowledge::accept);
    DecisionService service = service(options, knowledge, feed);
    try {
      feed.write("serving-rules", story.rules());
      int number = 0;
      for (CapStory.Step step : story.steps()) {
        if (step.from() != null) {
          feed.write("serving-rules", step.from());
        }
        var asked =
            new DecisionRequest(
                "r" + number++, Trigger.VISIT, Cast.ADA, step.at(), new Cart(10_000, List.of()));
        Decision made = service.decide(asked).get(10, TimeUnit.SECONDS);
        assertThat(made.promotionId()).as("at %s", step.at()).isEqualTo(step.offered());
        assertThat(made.stale()).isFalse();
        if (inTheStore) {
          store(made);
          service.close();
          service = service(options, knowledge, feed); // one that remembers nothing itself
        }
      }
    } finally {
      service.close();
    }
  }

  private static DecisionService service(
      HttpOptions options, Knowledge knowledge, InMemory.Feed feed) {
    return new DecisionService(
        options,
        knowledge,
        new Backends(
            feed,
            new InMemory.Log(),
            new PostgresArchive(pool()),
            Repeats.UNKNOWN,
            OpenLedger.INSTANCE,
            new InMemory.Collector(),
            () -> {
              throw new IllegalStateException("nobody asks");
            },
            null,
            List.of()));
  }

  private static HikariDataSource pool() {
    var config = new HikariConfig();
    config.setDataSource(postgres.store());
    config.setMaximumPoolSize(2);
    return new HikariDataSource(config);
  }

  private static void store(Decision made) throws Exception {
    try (var writer =
        new BulkWriter<Decision>(postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      writer.add(made);
      writer.flush();
    }
  }
}
