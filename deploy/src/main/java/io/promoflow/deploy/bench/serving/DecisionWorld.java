package io.promoflow.deploy.bench.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the benches of serving decide about: 100 promotions with three conditions each, an
 * experiment, 20 features, two models, some thousand shoppers. Made of a seed, so that every
 * process has the same.
 */
public final class DecisionWorld {
  public static final int PROMOTIONS = 100;
  public static final int FEATURES = 20;
  public static final int SHOPPERS = 5_000;

  private static final int SEGMENTS = 4;
  private static final int LEVELS = 10;
  private static final int CENTS_PER_PROMOTION = 100;
  private static final int MOST_CENTS = 20_000;
  private static final long SEED = 20_260_105L;
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private DecisionWorld() {}

  /**
   * The rules. Every promotion carries the version in its id, so that an answer of mixed versions
   * shows.
   */
  public static RuleSet rules(long version) {
    List<Promotion> promotions =
        IntStream.range(0, PROMOTIONS).mapToObj(i -> promotion(i, version, null)).toList();
    List<String> all = promotions.stream().map(Promotion::id).toList();
    var most =
        experiment(
            List.of(
                new Variant("control", true, 0.2, List.of()),
                new Variant("best", false, 0.8, all)));
    return new RuleSet(version, "bench", "bench", START, null, promotions, List.of(most));
  }

  /**
   * The same promotions in one stacking group, so that the first by priority that is open goes to
   * everybody who takes part in the experiment, which is everybody.
   */
  public static RuleSet exclusiveRules() {
    List<Promotion> promotions =
        IntStream.range(0, PROMOTIONS).mapToObj(i -> promotion(i, 1, "bench")).toList();
    List<String> all = promotions.stream().map(Promotion::id).toList();
    var everybody = experiment(List.of(new Variant("all", true, 1, all)));
    return new RuleSet(1, "bench", "bench", START, null, promotions, List.of(everybody));
  }

  /** Segment of a shopper where no model says one. */
  public static String segment(int shopper) {
    return "s" + shopper % SEGMENTS;
  }

  /** Id of a promotion at a version. */
  public static String promotionId(int number, long version) {
    return "p" + number + "-v" + version;
  }

  private static Promotion promotion(int i, long version, String group) {
    return new Promotion(
        promotionId(i, version),
        PromotionKind.PERCENT_OFF,
        new Terms(5.0 + i % 7, null, null, null, null, null, null),
        List.of(),
        List.of(),
        conditions(i),
        null,
        null,
        null,
        null,
        null,
        PROMOTIONS - i,
        group);
  }

  /** What a promotion asks for. */
  public static List<Condition> conditions(int i) {
    return List.of(
        new Condition("segment", Operator.IN, null, List.of("s" + i % SEGMENTS)),
        new Condition(feature(i % FEATURES), Operator.GE, (double) (LEVELS - 2), null),
        new Condition("cart_cents", Operator.GE, (double) (i * CENTS_PER_PROMOTION), null));
  }

  private static Experiment experiment(List<Variant> variants) {
    return new Experiment(
        "bench",
        "bench-1",
        Trigger.VISIT,
        variants,
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        new AdjustmentPolicy(0.1, 0.3, 100, true, 0.05),
        Experiment.Status.RUNNING);
  }

  /** Name of a feature. */
  public static String feature(int number) {
    return "feature_" + number;
  }

  /** The raw id of a shopper, as the shop knows it. */
  public static String shopper(int number) {
    return "shopper-" + number;
  }

  /** Features of a shopper, under whatever id. */
  public static FeatureRow row(int number, String id) {
    var random = new SplittableRandom(SEED + number);
    var values = new LinkedHashMap<String, Double>();
    for (int i = 0; i < FEATURES; i++) {
      values.put(feature(i), (double) random.nextInt(LEVELS));
    }
    return new FeatureRow(id, START, values, Map.of(), "bench");
  }

  /** Value of a shopper's cart. */
  public static long cartCents(int shopper) {
    return new SplittableRandom(~SEED + shopper).nextInt(MOST_CENTS);
  }

  /** Four segments by the first two features. */
  public static ModelVersion segments(long version) {
    var centroids = new double[SEGMENTS][FEATURES];
    for (int s = 0; s < SEGMENTS; s++) {
      centroids[s][0] = s % 2 == 0 ? -1 : 1;
      centroids[s][1] = s / 2 == 0 ? -1 : 1;
    }
    List<String> names = IntStream.range(0, SEGMENTS).mapToObj(s -> "s" + s).toList();
    return model("segments", version, ModelKind.KMEANS, centroids, names, null);
  }

  /** A logistic model over all features. */
  public static ModelVersion propensity(long version) {
    var coefficients = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      coefficients[i] = (i % 5 - 2) / 10.0;
    }
    return model("propensity", version, ModelKind.LOGISTIC, null, null, coefficients);
  }

  private static ModelVersion model(
      String name,
      long version,
      ModelKind kind,
      double[][] centroids,
      List<String> names,
      double[] coefficients) {
    var features = new ArrayList<String>();
    for (int i = 0; i < FEATURES; i++) {
      features.add(feature(i));
    }
    double middle = (LEVELS - 1) / 2.0;
    return new ModelVersion(
        name,
        name + "@" + version,
        kind,
        "bench",
        START,
        START,
        features,
        filled(middle),
        List.of(),
        filled(middle),
        filled(middle),
        centroids,
        names,
        coefficients,
        -1,
        SHOPPERS,
        Map.of());
  }

  private static double[] filled(double value) {
    var values = new double[FEATURES];
    Arrays.fill(values, value);
    return values;
  }
}
