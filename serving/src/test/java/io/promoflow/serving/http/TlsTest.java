package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

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

  @Test
  void withACertificateItSpeaksTlsAndNothingElse() throws Exception {
    KeyStore store = selfSigned();
    var settings =
        Map.of(
            "serving.http.tls-certificate",
            pem("cert.pem", "CERTIFICATE", store.getCertificate("server").getEncoded()),
            "serving.http.tls-key",
            pem("key.pem", "PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
    try (var server = new LiveServer(settings, null)) {
      server.feed.write("serving-rules", rules(3, List.of(percentOff("five", 5)), List.of()));
      var request =
          HttpRequest.newBuilder(
                  URI.create("https://127.0.0.1:" + server.server.port() + "/v1/decisions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\"}"))
              .build();
      var answer = client(store).send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"ruleVersion\":3");
      assertThatThrownBy(() -> server.get("/health/live")).isInstanceOf(IOException.class);
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
