package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop tells a level in an event, and the job and the server give the price of members. */
class MemberPriceTest {
  private static final Duration GIVE_UP = Duration.ofSeconds(90);
  private static final int PUSHERS = 20;
  private static final String RULES =
      """
      promotions:
        - {id: gold-price, kind: member-price, terms: {percent: 8, memberLevel: gold}}
      """;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Instant start =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(5));
  private KafkaProducer<String, byte[]> producer;
  private Postgres postgres;
  private URI http;
  private int sent;

  @Test
  void aLevelTravelsFromTheEventToTheDecision(@TempDir Path folder) throws Exception {
    var plan =
        new EmbeddedPlatform.Plan(
            folder,
            Path.of("..").toRealPath(),
            Map.of("serving.triggers", "CART_ADD", "serving.assumed-lift", "0.5"),
            true);
    try (var platform = EmbeddedPlatform.start(plan, step -> {});
        var book = RuleBook.open(platform.connections(), Clock.systemUTC());
        var kafka = producer(platform)) {
      producer = kafka;
      postgres = platform.connections().postgres();
      http = platform.http();
      book.apply(RuleFile.parse("rules.yaml", RULES), "shop", "");
      send("Profile Changed", "ada", start, "\"memberLevel\":\"gold\"");
      send("Profile Changed", "bob", start, "\"memberLevel\":\"silver\"");
      everybodyComesBy(start.plus(Duration.ofHours(1)));
      await(
          "the level in the feature rows",
          () ->
              Sql.number(
                      postgres,
                      "SELECT count(*) FROM features.shopper_features_wide"
                          + " WHERE member_level IN ('gold', 'silver')")
                  == 2);

      await("the member price by the job", () -> isGivenInTheCart("ada"));
      assertThat(isGivenInTheCart("bob")).isFalse();

      await("the member price by the server", () -> asked("ada", "").equals("gold-price"));
      assertThat(asked("bob", "")).isEmpty();
      assertThat(asked("bob", ", \"memberLevel\": \"gold\"")).isEqualTo("gold-price");
      assertThat(asked("ada", ", \"memberLevel\": \"none\"")).isEmpty();
      platform.check();
    }
  }

  /** Fills a cart and waits for what the job decides. */
  private boolean isGivenInTheCart(String shopper) throws Exception {
    String id =
        send("Product Added", shopper, start.plus(Duration.ofHours(2)), "\"productId\":\"p1\"");
    String of = " FROM serving.decisions WHERE request_id = '" + id + "'";
    await("a decision", () -> Sql.number(postgres, "SELECT count(*)" + of) == 1);
    return Sql.number(postgres, "SELECT count(promotion_id)" + of) == 1;
  }

  /** What the server gives now; empty for nothing. */
  private String asked(String shopper, String more) throws Exception {
    String body =
        """
        {"requestId": "r%d", "trigger": "VISIT", "shopperId": "%s", "cartCents": 10000%s}
        """
            .formatted(sent++, shopper, more);
    var response =
        CLIENT.send(
            HttpRequest.newBuilder(http.resolve("/v1/decisions"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode decision = Wire.JSON.readTree(response.body());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return decision.path("promotionId").asText("");
  }

  private String send(String event, String shopper, Instant at, String more) throws Exception {
    String id = "e" + sent++;
    String json =
        "{\"messageId\":\"%s\",\"event\":\"%s\",\"userId\":\"%s\",\"timestamp\":\"%s\",\"price\":100,\"currency\":\"EUR\",%s}"
            .formatted(id, event, shopper, at, more);
    producer
        .send(
            new ProducerRecord<>("behavior-events", shopper, json.getBytes(StandardCharsets.UTF_8)))
        .get();
    return id;
  }

  /** Enough to reach every partition, so that event time goes on. */
  private void everybodyComesBy(Instant at) throws Exception {
    for (int i = 0; i < PUSHERS; i++) {
      send("Product Viewed", "guest-" + i, at, "\"productId\":\"p1\"");
    }
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedPlatform platform) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", platform.connections().kafkaServers()),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private interface Question {
    boolean holds() throws Exception;
  }

  private static void await(String what, Question question) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    while (!question.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
