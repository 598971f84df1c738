package io.promoflow.deploy.bench;

import io.promoflow.features.FeatureVector;
import io.promoflow.features.flink.FeatureJob;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Ours: the pipeline of the feature job. The only class of the benches that knows the engine. */
final class EngineSide implements StreamSide {
  private static final String DECLARATIONS =
      """
      features:
        - {name: views, events: [PRODUCT_VIEWED], aggregate: count, unit: n, meaning: m, owner: o}
        - {name: net, events: [PRODUCT_VIEWED], aggregate: sum, field: netCents, unit: n, meaning: m, owner: o}
        - {name: gross, events: [PRODUCT_VIEWED], aggregate: sum, field: grossCents, unit: n, meaning: m, owner: o}
      """;

  static final String GROUP = FeatureJob.GROUP;
  static final String EMPTY_TABLES =
      "TRUNCATE features.shopper_features, features.shopper_feature_history";
  static final String COUNT =
      "SELECT count(*) FROM features.shopper_feature_history WHERE as_of <= ?";

  private final boolean values;

  private EngineSide(boolean values) {
    this.values = values;
  }

  /** Ours, with the values of its rows in the answer. */
  static EngineSide whole() {
    return new EngineSide(true);
  }

  /** Ours, with only who and when in the answer: windows of different sizes have these alike. */
  static EngineSide rowsOnly() {
    return new EngineSide(false);
  }

  @Override
  public void attach(
      DataStream<ShopEvent> events, Load load, Meter meter, Map<String, String> settings)
      throws IOException {
    rows(new AlreadyKeyed<>(events), load)
        .sinkTo(new AnswerSink<>(meter, fold(load, values)))
        .name("answer");
  }

  /** The rows of the job's own pipeline. */
  static DataStream<FeatureVector> rows(DataStream<ShopEvent> events, Load load)
      throws IOException {
    var settings = new HashMap<>(settings(load));
    settings.put("kafka.bootstrap-servers", "unused:1");
    settings.put("postgres.url", "jdbc:postgresql://unused/");
    return FeatureJob.pipeline(events, FeatureOptions.from(Settings.of(settings))).vectors();
  }

  /** Settings under which the job computes what the rivals compute. */
  static Map<String, String> settings(Load load) throws IOException {
    Path declarations = Files.createTempFile("features", ".yaml");
    declarations.toFile().deleteOnExit();
    Files.writeString(declarations, DECLARATIONS);
    return Map.of(
        "features.declarations",
        declarations.toString(),
        "features.windows",
        "PT" + load.windowSlides() + "M",
        "features.slide",
        Load.SLIDE.toString(),
        // the rivals drop no repeats and correct nothing that is late
        "features.lateness",
        "PT0S",
        "features.remember-events",
        "PT0S",
        "features.examples.every",
        "P3650D",
        "features.examples.horizon",
        Load.SLIDE.toString());
  }

  /** The whole job, with its topics and tables. */
  static void define(StreamExecutionEnvironment env, Settings settings) {
    FeatureJob.define(env, settings);
  }

  /** Query for the sums over the rows that the job has written. */
  static String totals(Load load) {
    return """
        SELECT count(*), sum((features ->> '%s')::numeric::bigint),
          sum((features ->> '%s')::numeric::bigint), sum((features ->> '%s')::numeric::bigint)
        FROM features.shopper_feature_history WHERE as_of <= ?
        """
        .formatted(feature("views", load), feature("net", load), feature("gross", load));
  }

  /** Positions are those of the declarations: views, net, gross. */
  static AnswerSink.Fold<FeatureVector> fold(Load load, boolean values) {
    return (answer, row) -> {
      if (!answer.wants(row.asOf())) {
        return;
      }
      if (values) {
        double[] v = row.values();
        answer.add(row.key(), row.asOf(), (long) v[0], (long) v[1], (long) v[2]);
      } else {
        answer.add(row.key(), row.asOf());
      }
    };
  }

  /** How a feature is named in rows. */
  static String feature(String name, Load load) {
    return name + "_" + load.windowSlides() + "m";
  }
}
