package io.promoflow.deploy.platform;

import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A shop that tries two promotions of the same cost: {@code gift} brings nothing, {@code ship} much
 * more than it costs. The first hour fills carts, the next has the orders, later ones push event
 * time on.
 */
final class TwoOffersShop implements AutoCloseable {
  static final int SHOPPERS = 500;

  /** How many order with the others. */
  static final int ORDERS = SHOPPERS * 9 / 10;

  private static final long COST = 100;
  private static final double MARGIN = 0.3;
  private static final int PUSHERS = 20;

  @SuppressWarnings("TimeInStaticInitializer") // one day for all that reads its hours
  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(9));

  static final String RULES =
      """
      budgetMoves: {floor: 0.1, maxStep: 0.25, minimumUnits: 50, alpha: 0.05}
      promotions:
        - {id: gift, kind: coupon, terms: {amountCents: 100, couponCode: MUG}, perShopperCap: 1,
           budgetCents: 100000}
        - {id: ship, kind: free-shipping, terms: {amountCents: 100}, perShopperCap: 1,
           budgetCents: 100000}
      experiments:
        - {id: gift-test, trigger: CART_ADD, primaryMetric: profit, from: 2020-01-01T00:00:00Z,
           layer: extras, share: 0.5,
           variants: [{id: control, control: true, weight: 0.5, promotions: []},
                      {id: give, weight: 0.5, promotions: [gift]}]}
        - {id: ship-test, trigger: CART_ADD, primaryMetric: profit, from: 2020-01-01T00:00:00Z,
           layer: extras, share: 0.5,
           variants: [{id: control, control: true, weight: 0.5, promotions: []},
                      {id: give, weight: 0.5, promotions: [ship]}]}
      """;

  /** What was decided for a cart. */
  record Decided(String id, String experiment, String variant, String promotion) {}

  /**
   * What the orders say.
   *
   * @param gift incremental profit per cent of cost
   * @param ship incremental profit per cent of cost
   * @param spentCents what both promotions have cost
   */
  record Truth(double gift, double ship, long spentCents) {}

  private final KafkaProducer<String, byte[]> producer;
  private final Postgres postgres;
  private int pushes;

  TwoOffersShop(ConnectionOptions connections) {
    this.postgres = connections.postgres();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", connections.kafkaServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  static Instant hour(int hours) {
    return START.plus(Duration.ofHours(hours));
  }

  /** Every shopper fills a cart, which asks for a decision. */
  void fillCarts() {
    for (int i = 0; i < SHOPPERS; i++) {
      send("cart-" + i, "Product Added", i, START.plusSeconds(i), Map.of());
    }
    producer.flush();
  }

  /** What was decided, by shopper. */
  Map<Integer, Decided> decided() throws SQLException {
    var decided = new TreeMap<Integer, Decided>();
    Sql.rows(
            postgres,
            "SELECT substr(request_id, 6)::int, decision_id, experiment_id, variant, promotion_id"
                + " FROM serving.decisions WHERE request_id LIKE 'cart-%'",
            row ->
                Map.entry(
                    row.getInt(1),
                    new Decided(
                        row.getString(2), row.getString(3), row.getString(4), row.getString(5))))
        .forEach(one -> decided.put(one.getKey(), one.getValue()));
    return decided;
  }

  /** All see what was decided; nine of ten order, those with free shipping for more. */
  Truth order(Map<Integer, Decided> decided) {
    var profits = new TreeMap<String, List<Double>>();
    var costs = new TreeMap<String, List<Double>>();
    long spent = 0;
    for (Map.Entry<Integer, Decided> one : decided.entrySet()) {
      int shopper = one.getKey();
      see(shopper, one.getValue(), hour(1).plusSeconds(shopper));
      boolean orders = shopper % 10 != 0;
      long price = orders ? order(shopper, one.getValue(), hour(1).plusSeconds(shopper)) : 0;
      long discount = orders && one.getValue().promotion != null ? COST : 0;
      String arm = one.getValue().experiment + " " + one.getValue().variant;
      costs.computeIfAbsent(arm, any -> new ArrayList<>()).add((double) discount);
      profits
          .computeIfAbsent(arm, any -> new ArrayList<>())
          .add((double) Math.round(MARGIN * price) - discount);
      spent += discount;
    }
    producer.flush();
    return new Truth(
        gain("gift-test", profits) / gain("gift-test", costs),
        gain("ship-test", profits) / gain("ship-test", costs),
        spent);
  }

  private static double gain(String experiment, Map<String, List<Double>> arms) {
    return mean(arms.get(experiment + " give")) - mean(arms.get(experiment + " control"));
  }

  private static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(number -> number).average().orElseThrow();
  }

  /** One of those who did not order with the others does so now. */
  void orderLate(Map<Integer, Decided> decided, Instant at) {
    order(0, decided.get(0), at);
    producer.flush();
  }

  private void see(int shopper, Decided decision, Instant at) {
    var view = new LinkedHashMap<String, Object>();
    view.put("decisionId", decision.id);
    if (decision.promotion != null) {
      view.put("promotionId", decision.promotion);
    }
    send("view-" + shopper, "Promotion Viewed", shopper, at, view);
  }

  private long order(int shopper, Decided decision, Instant at) {
    long price = 4_700 + shopper * 37L % 600 + ("ship".equals(decision.promotion) ? 6_000 : 0);
    var line = new LinkedHashMap<String, Object>();
    line.put("orderId", "order-" + shopper);
    line.put("unitPriceCents", price);
    if (decision.promotion != null) {
      line.put("discountCents", COST);
      line.put("promotionId", decision.promotion);
      line.put("decisionId", decision.id);
      line.put("couponCode", "MUG"); // free shipping does not ask for one
    }
    send("order-" + shopper, "Order Completed", shopper, at, line);
    return price;
  }

  /** Some fill their carts once more, enough to reach every partition. */
  void pushTo(Instant at) {
    pushes++;
    for (int i = 0; i < PUSHERS; i++) {
      send("push-" + pushes + "-" + i, "Product Added", i, at.plusSeconds(i), Map.of());
    }
    producer.flush();
  }

  private void send(String id, String event, int number, Instant at, Map<String, ?> more) {
    String shopper = "shopper-" + number;
    var json = new LinkedHashMap<String, Object>();
    json.put("messageId", id);
    json.put("event", event);
    json.put("userId", shopper);
    json.put("timestamp", at.toString());
    json.put("productId", "p1");
    json.put("quantity", 1);
    json.put("unitPriceCents", 5_000);
    json.put("currency", "EUR");
    json.putAll(more);
    byte[] bytes = Wire.text(json).getBytes(StandardCharsets.UTF_8);
    Future<RecordMetadata> unused = // what the tables show has arrived
        producer.send(new ProducerRecord<>("behavior-events", shopper, bytes));
  }

  @Override
  public void close() {
    producer.close();
  }
}
