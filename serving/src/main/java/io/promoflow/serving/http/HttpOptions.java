package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.ServingSettings;
import java.time.Duration;

/**
 * The settings of the decision server.
 *
 * @param connections broker and store
 * @param assumptions what the score assumes
 * @param featuresLag how old a feature row must at least be at the moment of a decision
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param maxBodyBytes largest request body
 * @param remembered most decisions answered from memory
 * @param maxAhead how far ahead of the clock a request's moment may lie
 */
public record HttpOptions(
    ConnectionOptions connections,
    Assumptions assumptions,
    Duration featuresLag,
    String host,
    int port,
    int maxBodyBytes,
    int remembered,
    Duration maxAhead) {

  public static HttpOptions from(Settings settings) {
    return new HttpOptions(
        ConnectionOptions.from(settings),
        Assumptions.from(settings),
        settings.get(FeatureRows.LAG),
        settings.get(ServingSettings.HTTP_HOST),
        settings.get(ServingSettings.HTTP_PORT),
        settings.get(ServingSettings.HTTP_MAX_BODY_BYTES),
        settings.get(ServingSettings.HTTP_REMEMBERED),
        settings.get(ServingSettings.HTTP_MAX_AHEAD));
  }
}
