package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ASK =
      "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\"}";

  @TempDir private Path folder;

  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("keys.p12");
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start()
            .waitFor();
    assertThat(status).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private String pem(String name, String kind, byte[] der) throws IOException {
    Path file = folder.resolve(name);
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    return file.toString();
  }

  /** Over TLS. */
  private LiveServer server(KeyStore store, String requestTimeout) throws Exception {
    var settings =
        Map.of(
            "serving.http.request-timeout",
            requestTimeout,
            "serving.http.tls-certificate",
            pem("cert.pem", "CERTIFICATE", store.getCertificate("server").getEncoded()),
            "serving.http.tls-key",
            pem("key.pem", "PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
    var server = new LiveServer(settings, null);
    server.feed.write("serving-rules", rules(3, List.of(percentOff("five", 5)), List.of()));
    return server;
  }

  private static HttpRequest question(LiveServer server, BodyPublisher body) {
    return HttpRequest.newBuilder(
            URI.create("https://127.0.0.1:" + server.server.port() + "/v1/decisions"))
        .POST(body)
        .build();
  }

  private static void assertAnswered(HttpClient client, LiveServer server) throws Exception {
    var answer = client.send(question(server, ofString(ASK)), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"ruleVersion\":3");
  }

  @Test
  void withACertificateItSpeaksTlsAndNothingElse() throws Exception {
    KeyStore store = selfSigned();
    try (var server = server(store, "PT10S")) {
      assertAnswered(client(store), server);
      assertThatThrownBy(() -> server.get("/health/live")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void overHttp2WhatIsTooLargeIsToldWithoutAHeaderOfHttp1() throws Exception {
    KeyStore store = selfSigned();
    try (var server = server(store, "PT10S")) {
      HttpClient client = client(store);
      assertAnswered(client, server);
      var answer =
          client.send(question(server, ofString(" ".repeat(70_000))), BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.headers().map()).doesNotContainKey("connection");
      assertAnswered(client, server);
    }
  }

  @Test
  void overHttp2WhatDoesNotComeIsGivenUpAndTheConnectionGoesOn() throws Exception {
    KeyStore store = selfSigned();
    Vertx vertx = Vertx.vertx();
    try (var server = server(store, "PT0.3S")) {
      var to =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setHost("127.0.0.1")
              .setPort(server.server.port())
              .setURI("/v1/decisions");
      var client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setSsl(true)
                  .setUseAlpn(true)
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setTrustAll(true)
                  .setVerifyHost(false));
      HttpClientRequest slow = client.request(to).await(20, TimeUnit.SECONDS);
      var given = new CompletableFuture<Throwable>();
      slow.exceptionHandler(given::complete);
      slow.setChunked(true).write("{").await(20, TimeUnit.SECONDS);
      assertThat(slow.response().await(20, TimeUnit.SECONDS).statusCode()).isEqualTo(408);
      assertThat(given.get(5, TimeUnit.SECONDS)).hasMessage("Stream reset: 0");

      HttpClientRequest next = client.request(to).await(20, TimeUnit.SECONDS);
      assertThat(next.connection()).isSameAs(slow.connection());
      assertThat(next.send(ASK).await(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  private static HttpClient client(KeyStore store) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
