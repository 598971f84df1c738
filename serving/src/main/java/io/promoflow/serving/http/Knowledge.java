package io.promoflow.serving.http;

import io.promoflow.features.DenseRows;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.allocation.DualPrices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the compacted topics say, in memory: rules, models, prices and the newest rows per shopper.
 */
public final class Knowledge {
  private static final Logger LOG = LoggerFactory.getLogger(Knowledge.class);

  /**
   * Rows per shopper that are old enough for a decision of now: more than one, so that a question
   * about a moment just passed still finds its row.
   */
  private static final int OLD_ENOUGH = 4;

  private final TopicNames topics;
  private final Duration featuresLag;
  private final int featureRows;
  private final AtomicReference<RuleSet> rules = new AtomicReference<>();
  private final AtomicReference<Map<String, ModelVersion>> models = new AtomicReference<>(Map.of());
  private final AtomicReference<DualPrices> prices = new AtomicReference<>();
  private final DenseRows dense = new DenseRows();
  private final ConcurrentHashMap<String, List<FeatureRow>> rows = new ConcurrentHashMap<>();
  private final Set<String> categories = ConcurrentHashMap.newKeySet();

  /** Keeps rows for whoever looks at the newest. */
  public Knowledge(TopicNames topics) {
    this(topics, Duration.ZERO, OLD_ENOUGH);
  }

  /**
   * Keeps rows for whoever looks at those of some time ago, as far as the job keeps them.
   *
   * @param featuresLag how old a row must at least be at the moment of a decision
   * @param featureRows most rows per shopper, when that is more than {@value #OLD_ENOUGH}
   */
  public Knowledge(TopicNames topics, Duration featuresLag, int featureRows) {
    this.topics = topics;
    this.featuresLag = featuresLag;
    this.featureRows = Math.max(OLD_ENOUGH, featureRows);
  }

  /** Takes in one record of a topic; one that cannot be read is logged and left out. */
  public void accept(String topic, byte[] value) {
    try {
      if (topic.equals(topics.servingRules())) {
        learn(Wire.read(value, RuleSet.class));
      } else if (topic.equals(topics.models())) {
        ModelVersion model = Wire.read(value, ModelVersion.class);
        learn(model);
      } else if (topic.equals(topics.dualPrices())) {
        prices.set(Wire.read(value, DualPrices.class));
      } else if (topic.equals(topics.shopperFeatures())) {
        learn(Wire.read(value, FeatureRow.class));
      }
    } catch (IOException e) {
      LOG.error("a record of {} cannot be read: {}", topic, e.getMessage());
    }
  }

  private void learn(RuleSet read) {
    rules.accumulateAndGet(
        read, (old, now) -> old != null && old.version() > now.version() ? old : now);
  }

  private void learn(ModelVersion model) {
    models.updateAndGet(
        known -> {
          var more = new HashMap<>(known);
          more.put(model.name(), model);
          return Map.copyOf(more);
        });
  }

  private void learn(FeatureRow row) {
    rows.merge(row.shopperId(), List.of(dense.of(row)), this::newest);
    if (row.categories() != null) {
      categories.addAll(row.categories().keySet());
    }
  }

  /** Those that are too young still, and of the others the newest few. */
  private List<FeatureRow> newest(List<FeatureRow> known, List<FeatureRow> more) {
    FeatureRow row = more.get(0);
    var all = new ArrayList<>(known);
    all.removeIf(old -> old.asOf().equals(row.asOf()));
    all.add(row);
    all.sort(Comparator.comparing(FeatureRow::asOf).reversed());
    Instant oldEnough = all.get(0).asOf().minus(featuresLag);
    int young = 0;
    while (young < all.size() && all.get(young).asOf().isAfter(oldEnough)) {
      young++;
    }
    int kept = Math.min(all.size(), Math.min(featureRows, young + OLD_ENOUGH));
    return List.copyOf(all.subList(0, kept));
  }

  /** Null before the first. */
  public RuleSet rules() {
    return rules.get();
  }

  /** By name; the same map until one changes. */
  public Map<String, ModelVersion> models() {
    return models.get();
  }

  /** The newest; null when nobody made any. */
  DualPrices prices() {
    return prices.get();
  }

  Stream<FeatureRow> rows(String shopperId) {
    return rows.getOrDefault(shopperId, List.of()).stream();
  }

  /** The shopper's newest row that is not after a moment; null when there is none. */
  FeatureRow row(String shopperId, Instant newest) {
    List<FeatureRow> known = rows.get(shopperId);
    if (known != null) {
      for (int i = 0; i < known.size(); i++) {
        if (!known.get(i).asOf().isAfter(newest)) {
          return known.get(i);
        }
      }
    }
    return null;
  }

  /** Names of the features that rows have had. */
  Set<String> features() {
    Set<String> names = dense.names();
    names.addAll(categories);
    return names;
  }

  int shoppers() {
    return rows.size();
  }
}
