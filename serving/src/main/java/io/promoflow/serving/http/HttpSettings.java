package io.promoflow.serving.http;

import io.promoflow.ingestion.options.Option;
import java.time.Duration;
import java.util.List;

/** How the decision server guards itself. */
public final class HttpSettings {
  public static final Option<Boolean> API_KEYS =
      Option.flag(
          "serving.http.api-keys",
          false,
          "whether the decision server asks for API keys; must be true on any but a loopback address");
  public static final Option<Duration> KEYS_REFRESH =
      Option.duration(
          "serving.http.keys-refresh",
          "PT5S",
          "how often API keys are read; a revoked one is refused after it at the latest");
  public static final Option<Integer> RATE =
      Option.integer(
          "serving.http.rate-per-second",
          2_000,
          1,
          10_000_000,
          "requests per second and server of an API key that has no rate of its own");
  public static final Option<Integer> BURST =
      Option.integer(
          "serving.http.burst-seconds",
          2,
          1,
          3_600,
          "of how many seconds the requests of an API key may come at once");
  public static final Option<Duration> REQUEST_TIMEOUT =
      Option.duration(
          "serving.http.request-timeout",
          "PT10S",
          "how long a request may take to arrive and to be answered");
  public static final Option<Duration> REPEAT_WINDOW =
      Option.duration(
          "serving.http.repeat-window",
          "PT1H",
          "how long after a decision the same question gets it again from whichever server");
  public static final Option<Integer> REMEMBERED_OFFERS =
      Option.integer(
          "serving.http.remembered-offers",
          300_000,
          1_000,
          100_000_000,
          "most offers of the last ten minutes that a server counts against caps by itself, before"
              + " the store has them; ten minutes of 500 offers a second by default");
  public static final Option<Duration> LOG_PATIENCE =
      Option.duration(
          "serving.http.log-patience",
          "PT0.5S",
          "how long an answer waits for the log of decisions before it goes out marked stale");
  public static final Option<Duration> DRAIN =
      Option.duration(
          "serving.http.drain", "PT5S", "how long requests may take when the server stops");
  public static final Option<Duration> LEAVE =
      Option.durationOrNone(
          "serving.http.leave",
          "PT0S",
          "how long a server that stops still answers while its readiness says no, so that load"
              + " balancers send nothing more");
  public static final Option<SocketTransport> TRANSPORT =
      Option.oneOf(
          "serving.http.transport",
          SocketTransport.AUTO,
          "how the decision server talks to the operating system; AUTO takes the quickest that"
              + " there is: IO_URING, else EPOLL, else NIO");
  public static final Option<String> TLS_CERTIFICATE =
      Option.text(
          "serving.http.tls-certificate",
          "",
          "PEM file with the certificate chain of the decision server; empty for plain HTTP");
  public static final Option<String> TLS_KEY =
      Option.text(
          "serving.http.tls-key", "", "PEM file with the private key of the certificate (PKCS 8)");

  public static final List<Option<?>> ALL =
      List.of(
          API_KEYS,
          KEYS_REFRESH,
          RATE,
          BURST,
          REQUEST_TIMEOUT,
          REPEAT_WINDOW,
          REMEMBERED_OFFERS,
          LOG_PATIENCE,
          DRAIN,
          LEAVE,
          TRANSPORT,
          TLS_CERTIFICATE,
          TLS_KEY);

  private HttpSettings() {}
}
