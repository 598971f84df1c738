package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.limited;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.DualPrices.Price;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Every answer is of one rule version, of one version of each model and of one of the dual prices,
 * whatever is swapped while it is made: by a thread that never rests, and in the middle of a
 * decision whenever archive or ledger are asked. Everything that a version says names it: terms,
 * variants, segments, probabilities and prices.
 */
class OneVersionTest {
  private static final int ASKERS = 8;
  private static final int QUESTIONS = 60;
  private static final int LEAST_SWAPS = 50;
  private static final long CART = 10_000;

  /** Prices are told to a hundredth of a cent. */
  private static final double A_HUNDREDTH = 0.01;

  /** Versions that are so far apart say the same again; no decision takes so long. */
  private static final int CYCLE = 800;

  /** How much more probable, in log-odds, an order is with a promotion. */
  private static final double LIFT = 1;

  private final InMemory.Feed feed = new InMemory.Feed();
  private final AtomicLong version = new AtomicLong();
  private final AtomicInteger request = new AtomicInteger();

  private static long place(long version) {
    return version % CYCLE;
  }

  private static long costCents(String promotion, long version) {
    return (promotion.equals("scarce") ? 100 : 1_100) + place(version);
  }

  private static double intercept(long version) {
    return -3 + place(version) / 500.0;
  }

  private static double logistic(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  private static double priceOfACent(long version) {
    return place(version) / 1_000.0;
  }

  private static RuleSet rulesOf(long version) {
    var scarce =
        promotion(
            "scarce",
            PromotionKind.PERCENT_OFF,
            percent(costCents("scarce", version) / 100.0),
            List.of(),
            1_000_000);
    var plain =
        promotion("plain", PromotionKind.PERCENT_OFF, percent(costCents("plain", version) / 100.0));
    return rules(
        version,
        List.of(limited(scarce), plain),
        List.of(
            experiment("x", Trigger.CART_ADD, control(0), variant("v" + version, 1, "scarce"))));
  }

  private static ModelVersion logistic(String name, long version, double more) {
    return new ModelVersion(
        name,
        name + '@' + version,
        ModelKind.LOGISTIC,
        "test",
        NOON.minusSeconds(1),
        NOON.plusSeconds(version),
        List.of("orders_7d"),
        new double[] {0},
        List.of(),
        new double[] {0},
        new double[] {1},
        null,
        null,
        new double[] {1e-9}, // one that is 0 alone would be refused
        intercept(version) + more,
        100,
        Map.of());
  }

  private static ModelVersion segments(long version) {
    return new ModelVersion(
        "segments",
        "segments@" + version,
        ModelKind.KMEANS,
        "test",
        NOON,
        NOON,
        List.of("orders_7d"),
        new double[] {0},
        List.of(),
        new double[] {2},
        new double[] {1},
        new double[][] {{-2}, {2}},
        List.of("few@" + version, "many@" + version),
        null,
        0,
        10,
        Map.of());
  }

  /** Puts the next version of everything in force, one after the other. */
  private synchronized void swap() {
    long next = version.incrementAndGet();
    feed.write("serving-rules", rulesOf(next));
    feed.write("models", segments(next));
    feed.write("models", logistic("response-none", next, 0));
    feed.write("models", logistic("propensity", next, 0));
    feed.write("models", logistic("response-percent-off", next, LIFT));
    var price = new Price(priceOfACent(next), 0);
    feed.write("dual-prices", new DualPrices("prices@" + next, NOON, Map.of("scarce", price), 0));
  }

  @Test
  void anAnswerNeverMixesVersions() throws Exception {
    HttpOptions options =
        HttpOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "none",
                    "postgres.url", "none",
                    "serving.http.port", "0",
                    "serving.assumed-lift", "0.5")));
    var backends =
        InMemory.backends(feed, new InMemory.Log(), new SwappingArchive(), new SwappingLedger());
    var threads = Executors.newFixedThreadPool(ASKERS + 1);
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (var server =
        DecisionServer.start(
            options, backends, id -> "k1." + id, Clock.fixed(NOON, ZoneOffset.UTC))) {
      swap();
      feed.write("shopper-features", row("k1.ada", NOON.minusSeconds(60), 1));
      Callable<List<Decision>> asker = () -> asked(client, server.port());
      List<Future<List<Decision>>> answers = new ArrayList<>();
      for (int i = 0; i < ASKERS; i++) {
        answers.add(threads.submit(asker));
      }
      Future<?> swapping =
          threads.submit(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  swap();
                }
              });
      var mixed = new ArrayList<String>();
      var seen = new Seen();
      for (Future<List<Decision>> some : answers) {
        for (Decision one : some.get(2, TimeUnit.MINUTES)) {
          mixed.addAll(mixedIn(one));
          seen.note(one);
        }
      }
      swapping.cancel(true);
      assertThat(mixed).isEmpty();
      assertThat(version.get()).as("swaps").isGreaterThan(LEAST_SWAPS);
      seen.assertThatAllWasTried();
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Decision> asked(HttpClient client, int port) throws Exception {
    var answers = new ArrayList<Decision>();
    for (int i = 0; i < QUESTIONS; i++) {
      int number = request.incrementAndGet();
      String body =
          """
          {"requestId": "r%d", "trigger": "%s", "shopperId": "ada", "cartCents": %d}
          """
              .formatted(number, i % 2 == 0 ? "VISIT" : "CART_ADD", CART);
      String path = i % 5 == 0 ? "/v1/decisions?dryRun=true" : "/v1/decisions";
      answers.add(Wire.read(posted(client, port, path, body), Decision.class));
      assertThat(ruleVersionsOfFlags(client, port)).hasSize(1);
    }
    return answers;
  }

  private static byte[] posted(HttpClient client, int port, String path, String body)
      throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Of the flags of one answer, as they say and as the variant is named. */
  private static Set<Long> ruleVersionsOfFlags(HttpClient client, int port) throws Exception {
    String context = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000}}";
    JsonNode flags =
        Wire.JSON.readTree(posted(client, port, "/ofrep/v1/evaluate/flags", context)).get("flags");
    assertThat(flags).hasSize(2);
    var versions = new HashSet<Long>();
    for (JsonNode flag : flags) {
      versions.add(flag.get("metadata").get("ruleVersion").asLong());
      if (flag.get("key").asText().equals("x")) {
        versions.add(Long.parseLong(flag.get("value").asText().substring(1)));
      }
    }
    return versions;
  }

  /** What of an answer is of another version than it says. */
  private static List<String> mixedIn(Decision one) {
    var mixed = new ArrayList<String>();
    long rules = one.ruleVersion();
    for (Candidate candidate : one.candidates()) {
      String id = candidate.promotionId();
      if (id != null && candidate.costCents() != costCents(id, rules)) {
        mixed.add("cost of " + candidate + " in rules " + rules);
      }
    }
    if (one.experimentId() != null && !one.variant().equals("v" + rules)) {
      mixed.add("variant " + one.variant() + " in rules " + rules);
    }
    Map<String, String> models = one.modelVersions();
    if (!one.segment().equals("few@" + number(models.get("segments")))) {
      mixed.add("segment " + one.segment() + " of " + models);
    }
    double propensity = logistic(intercept(number(models.get("propensity"))));
    if (differs(one.propensity(), propensity)) {
      mixed.add("propensity " + one.propensity() + " of " + models);
    }
    String with = models.get("response-percent-off");
    if (with != null && number(with) != number(models.get("response-none"))) {
      mixed.add("responses of " + models);
    }
    double use = with == null ? 1.5 * propensity : logistic(intercept(number(with)) + LIFT);
    double price = priceOfACent(number(one.pricesVersion()));
    for (Candidate candidate : one.candidates()) {
      if (candidate.promotionId() != null && differs(candidate.use(), use)) {
        mixed.add("use of " + candidate + " of " + models);
      }
      if ("scarce".equals(candidate.promotionId())
          && Math.abs(candidate.priceCents() - use * candidate.costCents() * price) > A_HUNDREDTH) {
        mixed.add("price of " + candidate + " of " + one.pricesVersion());
      }
    }
    return mixed;
  }

  private static long number(String version) {
    return Long.parseLong(version.substring(version.indexOf('@') + 1));
  }

  private static boolean differs(double one, double other) {
    return Math.abs(one - other) > 1e-6;
  }

  /** What the answers were of. */
  private static final class Seen {
    private final Set<Long> rules = new HashSet<>();
    private final Set<String> models = new HashSet<>();
    private final Set<String> prices = new HashSet<>();
    private final Set<String> promotions = new HashSet<>();
    private boolean experiment;
    private boolean responses;

    void note(Decision one) {
      rules.add(one.ruleVersion());
      models.addAll(one.modelVersions().values());
      prices.add(one.pricesVersion());
      promotions.add(String.valueOf(one.promotionId()));
      experiment |= one.experimentId() != null;
      responses |= one.modelVersions().containsKey("response-percent-off");
    }

    void assertThatAllWasTried() {
      assertThat(rules).hasSizeGreaterThan(LEAST_SWAPS);
      assertThat(models).hasSizeGreaterThan(LEAST_SWAPS);
      assertThat(prices).hasSizeGreaterThan(LEAST_SWAPS);
      assertThat(promotions).contains("scarce");
      assertThat(experiment).isTrue();
      assertThat(responses).isTrue();
    }
  }

  /** Grants everything, after a swap. */
  private final class SwappingLedger implements Ledger {
    @Override
    public Optional<Refusal> wouldRefuse(Claim claim) {
      swap();
      return OpenLedger.INSTANCE.wouldRefuse(claim);
    }

    @Override
    public Optional<Refusal> reserve(Claim claim) {
      swap();
      return OpenLedger.INSTANCE.reserve(claim);
    }

    @Override
    public void release(String decisionId) {
      OpenLedger.INSTANCE.release(decisionId);
    }

    @Override
    public CompletionStage<Settlement> settle(Redemption redemption) {
      return OpenLedger.INSTANCE.settle(redemption);
    }

    @Override
    public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
      return OpenLedger.INSTANCE.wouldSettle(redemption);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /** Knows nothing, after a swap. */
  private final class SwappingArchive implements DecisionArchive {
    @Override
    public Map<String, Decision> find(Collection<String> decisionIds) {
      swap();
      return Map.of();
    }

    @Override
    public Map<String, Offers> offers(Collection<String> shopperIds, int most) {
      swap();
      return Map.of();
    }

    @Override
    public Optional<RuleSet> rules(long ofVersion) {
      return Optional.empty();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
