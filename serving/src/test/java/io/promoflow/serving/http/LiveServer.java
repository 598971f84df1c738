package io.promoflow.serving.http;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Cast;
import io.promoflow.serving.access.ApiKey;
import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.ledger.OpenLedger;
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

/** A server on a port, on backends in memory. */
final class LiveServer implements AutoCloseable {
  final InMemory.Feed feed = new InMemory.Feed();
  final InMemory.Log log = new InMemory.Log();
  final InMemory.Archive archive = new InMemory.Archive();
  final InMemory.Collector collector = new InMemory.Collector();
  final DecisionServer server;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Lets anybody in when {@code keys} is null. */
  LiveServer(Map<String, String> more, List<ApiKey> keys) throws InterruptedException {
    var settings =
        new HashMap<>(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "serving.http.port", "0",
                "serving.assumed-lift", "0.5"));
    settings.putAll(more);
    KeyRing ring = keys == null ? null : new KeyRing(() -> keys, Duration.ofHours(1));
    while (ring != null && !ring.isReady()) {
      Thread.sleep(1);
    }
    server =
        DecisionServer.start(
            HttpOptions.from(Settings.of(settings)),
            InMemory.backends(feed, log, archive, OpenLedger.INSTANCE, collector, ring),
            id -> "k1." + id,
            Clock.fixed(Cast.NOON, ZoneOffset.UTC));
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(to(path).build());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  @Override
  public void close() {
    server.close();
  }
}
