package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.SampleRatio;
import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.evaluation.offline.EvaluationMapping.Looks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks the sample ratio over everybody and, adjusted by Holm, in each segment. */
final class SampleRatios {
  private final EvaluationMapping mapping;
  private final ExperimentSums sums;
  private final Map<String, Double> shares = new TreeMap<>();

  SampleRatios(EvaluationMapping mapping, ExperimentSums sums) {
    this.mapping = mapping;
    this.sums = sums;
    if (mapping.weights().isEmpty()) {
      sums.of(ExperimentSums.ALL).keySet().forEach(variant -> shares.put(variant, 1.0));
    } else {
      shares.putAll(mapping.weights());
    }
    double total = shares.values().stream().mapToDouble(weight -> weight).sum();
    shares.replaceAll((variant, weight) -> weight / total);
  }

  /** Everybody first. */
  List<SampleRatioResult> check() {
    var results = new ArrayList<SampleRatioResult>();
    sums.segments().forEach(segment -> results.add(check(segment)));
    double[] p = results.stream().skip(1).mapToDouble(SampleRatioResult::adjustedP).toArray();
    double[] adjusted = MultipleTests.HOLM.adjusted(p);
    for (int s = 0; s < adjusted.length; s++) {
      results.set(s + 1, adjusted(results.get(s + 1), adjusted[s]));
    }
    return results;
  }

  private SampleRatioResult check(String segment) {
    var observed = new LinkedHashMap<String, Long>();
    var cells = sums.of(segment);
    shares.keySet().forEach(v -> observed.put(v, cells.containsKey(v) ? cells.get(v).units() : 0L));
    long[] counts = observed.values().stream().mapToLong(count -> count).toArray();
    double[] shareOf = shares.values().stream().mapToDouble(share -> share).toArray();
    double units = observed.values().stream().mapToLong(count -> count).sum();
    var expected = new LinkedHashMap<String, Double>();
    shares.forEach((variant, share) -> expected.put(variant, units * share));
    double[] promised = expected.values().stream().mapToDouble(count -> count).toArray();
    var fixed = SampleRatio.fixed(counts, promised);
    double log = SampleRatio.logBayesFactor(counts, shareOf, mapping.rules().concentration());
    double sequential = SampleRatio.sequentialP(log);
    double deciding = mapping.rules().looks() == Looks.ONCE ? fixed.p() : sequential;
    return adjusted(
        new SampleRatioResult(
            segment, observed, expected, fixed.statistic(), fixed.p(), sequential, deciding, true),
        deciding);
  }

  private SampleRatioResult adjusted(SampleRatioResult check, double p) {
    return new SampleRatioResult(
        check.segment(),
        check.observed(),
        check.expected(),
        check.statistic(),
        check.p(),
        check.sequentialP(),
        p,
        p >= mapping.rules().sampleRatioAlpha());
  }
}
