package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.RatioCheckRow;
import io.promoflow.deploy.shop.FinalTables.ShownRow;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of what was decided was really shown, by experiment: only that exposes a shopper.
 *
 * @param experiments by id
 */
public record ExposureFindings(Map<String, Shown> experiments) {
  /**
   * What became of the decisions of an experiment.
   *
   * @param decisions made
   * @param shown by the page
   * @param missing shoppers who were decided for, but shown nothing within the attribution window
   */
  public record Shown(long decisions, long shown, long missing) {
    double unshownShare() {
      return 1 - (double) shown / decisions;
    }
  }

  static ExposureFindings of(FinalTables tables) {
    var experiments = new TreeMap<String, Shown>();
    for (ShownRow row : tables.shown()) {
      experiments.merge(
          row.experiment(),
          new Shown(row.decisions(), row.shown(), missing(row.experiment(), tables.ratioChecks())),
          (a, b) -> new Shown(a.decisions + b.decisions, a.shown + b.shown, a.missing));
    }
    return new ExposureFindings(experiments);
  }

  private static long missing(String experiment, List<RatioCheckRow> checks) {
    return checks.stream()
        .filter(one -> one.experiment().equals(experiment))
        .filter(one -> one.population().equals(ExpectedExposures.MISSING))
        .mapToLong(RatioCheckRow::units)
        .sum();
  }

  /** What does not hold. */
  List<String> failures() {
    if (experiments.isEmpty()) {
      return List.of("no decision of an experiment was seen to be shown");
    }
    var failures = new ArrayList<String>();
    experiments.forEach(
        (id, one) -> {
          if (one.shown() == 0 || one.shown() == one.decisions()) {
            failures.add(
                "of the %,d decisions of %s %,d were shown: neither none nor all may be"
                    .formatted(one.decisions(), id, one.shown()));
          }
        });
    return failures;
  }

  void print(PrintWriter out) {
    out.printf(
        "Exposure is the first decision that was really shown; the page does not render %.0f %% of"
            + " them.%n",
        100 * ShopModel.UNRENDERED_SHARE);
    experiments.forEach(
        (id, one) ->
            out.printf(
                "  %s: %,d decided, %,d shown, %,d (%.1f %%) not; %,d shoppers were shown nothing in"
                    + " time, so their exposure is missing.%n",
                id,
                one.decisions(),
                one.shown(),
                one.decisions() - one.shown(),
                100 * one.unshownShare(),
                one.missing()));
  }

  List<Map<String, Object>> json() {
    return experiments.entrySet().stream()
        .map(
            entry -> {
              var json = new LinkedHashMap<String, Object>();
              json.put("experiment", entry.getKey());
              json.put("decided", entry.getValue().decisions());
              json.put("shown", entry.getValue().shown());
              json.put("missingShoppers", entry.getValue().missing());
              return (Map<String, Object>) json;
            })
        .toList();
  }
}
