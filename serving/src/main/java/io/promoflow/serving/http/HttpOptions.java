package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.FeatureRows;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

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
 */
public record HttpOptions(
    ConnectionOptions connections,
    Assumptions assumptions,
    Duration featuresLag,
    String host,
    int port,
    int maxBodyBytes,
    int remembered)
    implements Serializable {

  public static final Option<String> HOST =
      Option.text("serving.http.host", "127.0.0.1", "address that the decision server listens on");
  public static final Option<Integer> PORT =
      Option.integer(
          "serving.http.port",
          8080,
          0,
          65_535,
          "port that the decision server listens on; 0 takes any free one");
  public static final Option<Integer> MAX_BODY_BYTES =
      Option.integer(
          "serving.http.max-body-bytes", 65_536, 256, 16_777_216, "largest request body, in bytes");
  public static final Option<Integer> REMEMBERED =
      Option.integer(
          "serving.http.remembered",
          100_000,
          0,
          100_000_000,
          "most decisions that are answered from memory when they are asked for again");

  public static final List<Option<?>> OWN = List.of(HOST, PORT, MAX_BODY_BYTES, REMEMBERED);

  public static HttpOptions from(Settings settings) {
    return new HttpOptions(
        ConnectionOptions.from(settings),
        Assumptions.from(settings),
        settings.get(FeatureRows.LAG),
        settings.get(HOST),
        settings.get(PORT),
        settings.get(MAX_BODY_BYTES),
        settings.get(REMEMBERED));
  }
}
