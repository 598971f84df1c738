package io.promoflow.ingestion.options;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Where the broker and the store are and what the topics are called; shared by every job.
 *
 * @param kafkaServers bootstrap servers
 * @param kafkaClient more Kafka client settings, handed on as they are ({@code kafka.client.*})
 * @param topics names
 * @param postgres the store
 */
public record ConnectionOptions(
    String kafkaServers, Map<String, String> kafkaClient, TopicNames topics, Postgres postgres)
    implements Serializable {

  public static final Option<String> KAFKA_SERVERS =
      Option.text("kafka.bootstrap-servers", null, "Kafka brokers, host:port separated by commas");
  public static final Option<String> POSTGRES_URL =
      Option.text("postgres.url", null, "JDBC URL of the PostgreSQL database");
  public static final Option<String> POSTGRES_USER =
      Option.text("postgres.user", "postgres", "PostgreSQL user");
  public static final Option<String> POSTGRES_PASSWORD =
      Option.secret("postgres.password", "postgres", "PostgreSQL password");

  private static Option<String> topic(String name, String holds) {
    return Option.text("topics." + name, name, "topic of " + holds);
  }

  public static final Option<String> BEHAVIOR_EVENTS =
      topic("behavior-events", "raw JSON events as shops send them, keyed by shopper id");
  public static final Option<String> SHOP_EVENTS =
      topic(
          "shop-events", "valid, de-duplicated, pseudonymised events, keyed by shopper pseudonym");
  public static final Option<String> REJECTED_EVENTS =
      topic("rejected-events", "refused events with reason, path and original bytes");
  public static final Option<String> SHOPPER_FEATURES =
      topic("shopper-features", "feature rows, keyed by shopper pseudonym, compacted");
  public static final Option<String> MODELS =
      topic("models", "published model versions, keyed by model name, compacted");
  public static final Option<String> SERVING_RULES =
      topic("serving-rules", "rule sets, key 'rules', compacted");
  public static final Option<String> DECISIONS =
      topic("decisions", "decisions, keyed by shopper pseudonym");
  public static final Option<String> STRATEGY_ADJUSTMENTS =
      topic("strategy-adjustments", "proposed and applied adjustments, keyed by experiment id");
  public static final Option<String> DUAL_PRICES =
      topic("dual-prices", "dual prices of budgets, stock and contacts, key 'prices', compacted");

  public static final List<Option<?>> ALL =
      List.of(
          KAFKA_SERVERS,
          POSTGRES_URL,
          POSTGRES_USER,
          POSTGRES_PASSWORD,
          BEHAVIOR_EVENTS,
          SHOP_EVENTS,
          REJECTED_EVENTS,
          SHOPPER_FEATURES,
          MODELS,
          SERVING_RULES,
          DECISIONS,
          STRATEGY_ADJUSTMENTS,
          DUAL_PRICES);

  /** Topic names by what they hold. */
  public record TopicNames(
      String behaviorEvents,
      String shopEvents,
      String rejectedEvents,
      String shopperFeatures,
      String models,
      String servingRules,
      String decisions,
      String strategyAdjustments,
      String dualPrices)
      implements Serializable {
    public List<String> all() {
      return List.of(
          behaviorEvents,
          shopEvents,
          rejectedEvents,
          shopperFeatures,
          models,
          servingRules,
          decisions,
          strategyAdjustments,
          dualPrices);
    }

    /** The ones of which only the newest record per key is kept. */
    public List<String> compacted() {
      return List.of(shopperFeatures, models, servingRules, dualPrices);
    }
  }

  /** How to reach the store. */
  public record Postgres(String url, String user, String password) implements Serializable {
    @Override
    public String toString() {
      return "Postgres[url=" + url + ", user=" + user + ", password=***]";
    }
  }

  public static ConnectionOptions from(Settings settings) {
    return new ConnectionOptions(
        settings.get(KAFKA_SERVERS),
        new java.util.TreeMap<>(settings.below("kafka.client.")),
        new TopicNames(
            settings.get(BEHAVIOR_EVENTS),
            settings.get(SHOP_EVENTS),
            settings.get(REJECTED_EVENTS),
            settings.get(SHOPPER_FEATURES),
            settings.get(MODELS),
            settings.get(SERVING_RULES),
            settings.get(DECISIONS),
            settings.get(STRATEGY_ADJUSTMENTS),
            settings.get(DUAL_PRICES)),
        new Postgres(
            settings.get(POSTGRES_URL),
            settings.get(POSTGRES_USER),
            settings.get(POSTGRES_PASSWORD)));
  }
}
