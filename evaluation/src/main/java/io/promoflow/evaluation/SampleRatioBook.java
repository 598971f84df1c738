package io.promoflow.evaluation;

import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sample-ratio check of an experiment whose weights change.
 *
 * <p>Shoppers are grouped by the weights that assigned them (rule version and segment); within one
 * such stratum the shares are known. The expected counts of the χ² are summed over strata; the
 * sequential Bayes factors multiply, because each is an e-process of its own shoppers.
 */
public final class SampleRatioBook {
  /**
   * How many shoppers one rule version put into a variant.
   *
   * @param ruleVersion whose weights assigned them
   * @param segment their segment at exposure
   * @param variant their first variant
   */
  public record Stratum(long ruleVersion, String segment, String variant) {}

  /**
   * The outcome.
   *
   * @param units shoppers that were checked
   * @param uncheckedUnits shoppers whose rule version is unknown or was paused
   * @param observed shoppers by variant
   * @param expected shoppers by variant as the weights promise
   * @param statistic χ²
   * @param p fixed-horizon p
   * @param sequentialP always-valid p
   */
  public record Check(
      long units,
      long uncheckedUnits,
      Map<String, Long> observed,
      Map<String, Double> expected,
      double statistic,
      double p,
      double sequentialP) {
    /** Of nobody. */
    public static final Check NOBODY = new Check(0, 0, Map.of(), Map.of(), 0, 1, 1);

    /** The variant with the most shoppers beyond its share; null of nobody. */
    public String mostBeyondItsShare() {
      return observed.keySet().stream()
          .max(Comparator.comparingDouble(this::beyondItsShare))
          .orElse(null);
    }

    /** Shoppers of a variant, less those that the weights promise it. */
    public double beyondItsShare(String variant) {
      return observed.get(variant) - expected.get(variant);
    }
  }

  private SampleRatioBook() {}

  /**
   * Checks shoppers by stratum against the experiment as each rule version had it.
   *
   * @param concentration see {@link SampleRatio#logBayesFactor}
   */
  public static Check check(
      Map<Stratum, Long> units, Map<Long, Experiment> versions, double concentration) {
    var variants = new TreeSet<String>();
    var strata = new HashMap<Map<String, Double>, Map<String, Long>>();
    long unchecked = 0;
    for (var entry : units.entrySet()) {
      Stratum stratum = entry.getKey();
      Experiment rules = versions.get(stratum.ruleVersion());
      if (rules == null || rules.status() == Experiment.Status.PAUSED) {
        unchecked += entry.getValue();
        continue;
      }
      var weights = weights(rules, stratum.segment());
      variants.addAll(weights.keySet());
      variants.add(stratum.variant());
      strata
          .computeIfAbsent(weights, key -> new HashMap<>())
          .merge(stratum.variant(), entry.getValue(), Long::sum);
    }
    return check(variants.toArray(String[]::new), strata, unchecked, concentration);
  }

  /**
   * Sequential p of all shoppers together or of the worst segment, by Holm's correction, whichever
   * is less: a leak in one segment biases the whole, even where the totals balance.
   */
  public static double worstP(
      Map<Stratum, Long> units, Map<Long, Experiment> versions, double concentration) {
    var segments = new HashMap<String, Map<Stratum, Long>>();
    units.forEach(
        (stratum, count) ->
            segments
                .computeIfAbsent(stratum.segment(), segment -> new HashMap<>())
                .put(stratum, count));
    double[] p =
        segments.values().stream()
            .mapToDouble(here -> check(here, versions, concentration).sequentialP())
            .toArray();
    double worst = Arrays.stream(MultipleTests.HOLM.adjusted(p)).min().orElse(1);
    return Math.min(worst, check(units, versions, concentration).sequentialP());
  }

  private static Check check(
      String[] variants,
      Map<Map<String, Double>, Map<String, Long>> strata,
      long unchecked,
      double concentration) {
    long[] observed = new long[variants.length];
    double[] expected = new double[variants.length];
    double logBayesFactor = 0;
    // sorted, so that the rounding of the sums does not depend on the hash order
    var sorted = new TreeMap<String, Map<String, Double>>();
    strata.keySet().forEach(weights -> sorted.put(weights.toString(), weights));
    for (Map<String, Double> weights : sorted.values()) {
      Map<String, Long> counts = strata.get(weights);
      long[] here = new long[variants.length];
      double[] shares = new double[variants.length];
      for (int i = 0; i < variants.length; i++) {
        here[i] = counts.getOrDefault(variants[i], 0L);
        shares[i] = weights.getOrDefault(variants[i], 0.0);
        observed[i] += here[i];
      }
      long total = Arrays.stream(here).sum();
      for (int i = 0; i < variants.length; i++) {
        expected[i] += total * shares[i];
      }
      logBayesFactor += SampleRatio.logBayesFactor(here, shares, concentration);
    }
    var fixed = SampleRatio.fixed(observed, expected);
    var observedByVariant = new TreeMap<String, Long>();
    var expectedByVariant = new TreeMap<String, Double>();
    for (int i = 0; i < variants.length; i++) {
      observedByVariant.put(variants[i], observed[i]);
      expectedByVariant.put(variants[i], expected[i]);
    }
    return new Check(
        Arrays.stream(observed).sum(),
        unchecked,
        observedByVariant,
        expectedByVariant,
        fixed.statistic(),
        fixed.p(),
        SampleRatio.sequentialP(logBayesFactor));
  }

  /** The weights that hold in a segment, or on the whole when it is null, by variant id. */
  public static Map<String, Double> weights(Experiment experiment, String segment) {
    var weights = new TreeMap<String, Double>();
    for (Variant variant : experiment.variants()) {
      weights.put(variant.id(), variant.weight());
    }
    for (SegmentWeights own : experiment.segmentWeights()) {
      if (own.segment().equals(segment)) {
        weights.putAll(own.weights());
      }
    }
    return weights;
  }
}
