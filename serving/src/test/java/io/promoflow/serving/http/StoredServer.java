package io.promoflow.serving.http;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ProductRows;
import io.promoflow.serving.access.ApiKeys;
import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.access.Role;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.PostgresLedger;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RulePublisher;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server on a real rule book, ledger and keys; topics are in memory. */
final class StoredServer implements AutoCloseable {
  private static final Clock AT_NOON = Clock.fixed(Cast.NOON, ZoneOffset.UTC);
  private static final int ARCHIVE_CONNECTIONS = 8;
  private static final int NO_LIMIT = 10_000_000;

  final InMemory.Feed feed = new InMemory.Feed();
  final InMemory.Log log = new InMemory.Log();
  final InMemory.Collector collector = new InMemory.Collector();
  final Postgres postgres = new Postgres();
  final RuleBook book = new RuleBook(postgres.store(), new ToFeed(), AT_NOON);
  final DecisionServer server;

  /** Of a caller who may do everything, as often as he likes. */
  final String token;

  private boolean follows;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Starts with a rule file in force. */
  StoredServer(String rules, Map<String, String> more) throws InterruptedException {
    var settings =
        new HashMap<>(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "serving.http.port", "0",
                "serving.http.api-keys", "true",
                "serving.ledger.lease-share", "1",
                "serving.assumed-lift", "0.5"));
    settings.putAll(more);
    Settings all = Settings.of(settings);
    ProductRows unused = new ProductRows(postgres); // rules may ask for products by their features
    book.apply(RuleFile.parse("rules.yaml", rules), "ada", ""); // the ledger opens on them
    var keys = new ApiKeys(postgres.store(), AT_NOON);
    token = keys.create("everything", Set.of(Role.values()), NO_LIMIT).token();
    var ring = new KeyRing(keys::all, Duration.ofHours(1));
    while (!ring.isReady()) {
      Thread.sleep(1);
    }
    server =
        DecisionServer.start(
            HttpOptions.from(all),
            new Backends(
                feed,
                log,
                new PostgresArchive(Store.open(postgres.place(), ARCHIVE_CONNECTIONS)),
                Repeats.UNKNOWN,
                PostgresLedger.open(postgres.place(), LedgerOptions.from(all)),
                collector,
                () -> book,
                ring,
                List.of(ring)),
            id -> "k1." + id,
            AT_NOON);
    follows = true;
    book.heal();
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  @Override
  public void close() throws Exception {
    server.close();
    postgres.close();
  }

  /** Servers are told as by the topic. */
  private final class ToFeed implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      if (follows) {
        feed.write("serving-rules", rules);
      }
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody asks
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
