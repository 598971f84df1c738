package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.ServingSettings;
import io.promoflow.serving.ledger.CouponCodes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the decision server.
 *
 * @param connections broker and store
 * @param assumptions what the score assumes
 * @param featuresLag how old a feature row must at least be at the moment of a decision
 * @param featureRows most rows remembered per shopper
 * @param listen where it listens
 * @param access who may ask, and how often
 * @param maxBodyBytes largest request body
 * @param requestTimeout how long a request may take to arrive and to be answered
 * @param remembered most decisions answered from memory
 * @param rememberedOffers most offers that count against caps before the store has them
 * @param repeatWindow how long the ids of logged decisions are remembered
 * @param maxAhead how far ahead of the clock a request's moment may lie
 * @param logPatience how long an answer waits for the log
 * @param drain how long requests may take when the server stops
 * @param leave how long it still answers before that, not ready any more
 * @param metrics that experiments may name
 * @param policies that experiments may name
 * @param codes that coupons are redeemed with
 * @param productsRefresh how often products are found anew that promotions cover by their features;
 *     zero for never
 */
public record HttpOptions(
    ConnectionOptions connections,
    Assumptions assumptions,
    Duration featuresLag,
    int featureRows,
    Listen listen,
    Access access,
    int maxBodyBytes,
    Duration requestTimeout,
    int remembered,
    int rememberedOffers,
    Duration repeatWindow,
    Duration maxAhead,
    Duration logPatience,
    Duration drain,
    Duration leave,
    List<String> metrics,
    List<String> policies,
    CouponCodes codes,
    Duration productsRefresh) {

  /**
   * Where the server listens.
   *
   * @param port 0 for any free one
   * @param transport how it talks to the operating system
   * @param certificate PEM file; empty for plain HTTP
   * @param key PEM file of its private key
   */
  public record Listen(
      String host, int port, SocketTransport transport, String certificate, String key) {
    boolean isTls() {
      return !certificate.isEmpty();
    }
  }

  /**
   * Who may ask, and how often.
   *
   * @param byKey whether an API key is needed
   * @param refresh how often the keys are read
   * @param ratePerSecond requests per second of a key that says nothing else
   * @param burstSeconds of how many seconds they may come at once
   */
  public record Access(boolean byKey, Duration refresh, int ratePerSecond, int burstSeconds) {}

  /**
   * Reads the settings.
   *
   * @throws SettingsException also when anybody on the network could ask without a key
   */
  public static HttpOptions from(Settings settings) {
    var options =
        new HttpOptions(
            ConnectionOptions.from(settings),
            Assumptions.from(settings),
            settings.get(FeatureRows.LAG),
            settings.get(ServingSettings.FEATURE_ROWS),
            new Listen(
                settings.get(ServingSettings.HTTP_HOST),
                settings.get(ServingSettings.HTTP_PORT),
                settings.get(HttpSettings.TRANSPORT),
                settings.get(HttpSettings.TLS_CERTIFICATE),
                settings.get(HttpSettings.TLS_KEY)),
            new Access(
                settings.get(HttpSettings.API_KEYS),
                settings.get(HttpSettings.KEYS_REFRESH),
                settings.get(HttpSettings.RATE),
                settings.get(HttpSettings.BURST)),
            settings.get(ServingSettings.HTTP_MAX_BODY_BYTES),
            settings.get(HttpSettings.REQUEST_TIMEOUT),
            settings.get(ServingSettings.HTTP_REMEMBERED),
            settings.get(HttpSettings.REMEMBERED_OFFERS),
            settings.get(HttpSettings.REPEAT_WINDOW),
            settings.get(ServingSettings.HTTP_MAX_AHEAD),
            settings.get(HttpSettings.LOG_PATIENCE),
            settings.get(HttpSettings.DRAIN),
            settings.get(HttpSettings.LEAVE),
            MetricNames.of(settings),
            PolicyNames.of(settings),
            CouponCodes.from(settings),
            settings.get(ServingSettings.PRODUCTS_REFRESH));
    options.check();
    return options;
  }

  private void check() {
    if (!access.byKey() && !isLoopback(listen.host())) {
      throw new SettingsException(
          HttpSettings.API_KEYS.key()
              + " must be true where others can reach the server: "
              + ServingSettings.HTTP_HOST.key()
              + " is "
              + listen.host());
    }
    if (listen.isTls() == listen.key().isEmpty()) {
      throw new SettingsException(
          HttpSettings.TLS_CERTIFICATE.key()
              + " and "
              + HttpSettings.TLS_KEY.key()
              + " must be given together");
    }
    if (listen.isTls()) {
      refuseUnreadable(HttpSettings.TLS_CERTIFICATE.key(), listen.certificate());
      refuseUnreadable(HttpSettings.TLS_KEY.key(), listen.key());
    }
  }

  private static void refuseUnreadable(String key, String file) {
    if (!Files.isReadable(Path.of(file))) {
      throw new SettingsException(key + ": " + file + " is no file that can be read");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new SettingsException(ServingSettings.HTTP_HOST.key() + ": no such host, " + host);
    }
  }
}
