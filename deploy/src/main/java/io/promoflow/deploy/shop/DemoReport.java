package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.Report;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what happened in the demo: in words and tables for people, as an object for programs. */
public final class DemoReport {
  private static final double CENTS = 100;

  private final DemoRun.Result result;
  private final List<String> failures = new ArrayList<>();

  public DemoReport(DemoRun.Result result) {
    this.result = result;
    check();
  }

  /** What the demo promises and did not keep; empty when all is well. */
  public List<String> failures() {
    return failures;
  }

  private void check() {
    if (!result.oracle().clean()) {
      failures.add("the oracle found differences: " + result.oracle().examples());
    }
    long windows = result.models().stream().map(DemoFindings.Model::windowEnd).distinct().count();
    if (windows < 3) {
      failures.add("models were trained on " + windows + " windows, not on 3 or more");
    }
    var found = new java.util.HashSet<String>();
    for (DemoFindings.Verdict verdict : result.verdicts()) {
      String planted = planted(verdict);
      if (!verdict.word().equals("undecided") && !verdict.segment().equals("all")) {
        if (!verdict.word().equals(planted)) {
          failures.add(
              verdict.experiment()
                  + " in "
                  + verdict.segment()
                  + ": found "
                  + verdict.word()
                  + ", planted "
                  + planted);
        }
        found.add(verdict.word());
      }
    }
    if (!found.containsAll(List.of("better", "worse"))) {
      failures.add("the planted effects are better and worse, found were " + found);
    }
    if (!result.skew().holds()) {
      failures.add("feature rows differ from the same rows computed again: " + result.skew());
    }
    if (applied() == 0) {
      failures.add("no adjustment was applied");
    }
    if (result.adjustments().stream().anyMatch(a -> a.experiment().equals("home-banner-aa"))) {
      failures.add("the A/A experiment was adjusted");
    }
    if (result.profitPromoflow() <= Math.max(result.profitNever(), result.profitEveryone())) {
      failures.add("it earned less than a policy that does not learn");
    }
    if (result.secondsToDecision().isEmpty()) {
      failures.add("no decision was made under adjusted rules");
    }
    failures.addAll(result.budgets().failures());
    failures.addAll(result.exposures().failures());
    failures.addAll(result.loop().failures());
  }

  private long applied() {
    return result.adjustments().stream().filter(a -> a.status().equals("APPLIED")).count();
  }

  private String planted(DemoFindings.Verdict verdict) {
    if (!verdict.experiment().equals("cart-discount")) {
      return "none";
    }
    if (verdict.segment().equals("all")) {
      return "mixed";
    }
    var planted = result.truth().get(verdict.experiment()).get(verdict.segment());
    return planted == null ? "none" : planted.planted();
  }

  /** Prints everything. */
  public void print(PrintWriter out) {
    out.println();
    out.println("WHAT HAPPENED in the simulated fortnight");
    events(out);
    new ModelFindings(result.models(), result.segments()).print(out);
    decisions(out);
    verdicts(out);
    result.loop().print(out);
    adjustments(out);
    profit(out);
  }

  private void events(PrintWriter out) {
    var rejected = new LinkedHashMap<>(result.tables().intake());
    long accepted = rejected.remove(SentEvent.ACCEPTED);
    long duplicate = rejected.remove(SentEvent.DUPLICATE) == null ? 0 : duplicates();
    long refused = rejected.values().stream().mapToLong(Long::longValue).sum();
    out.println();
    out.printf(
        "Events: %,d came in = %,d accepted + %,d rejected + %,d duplicates.%n",
        result.eventsIn(), accepted, refused, duplicate);
    out.printf("  Rejected on purpose, each with its reason: %s%n", rejected);
    out.printf(
        "  The shop's own ledger against the final tables, %,d comparisons: %d lost, %d duplicated,"
            + " %d wrong, %d extra.%n",
        result.oracle().checked(),
        result.oracle().lost(),
        result.oracle().duplicated(),
        result.oracle().wrong(),
        result.oracle().extra());
    features(out);
  }

  private void features(PrintWriter out) {
    var skew = result.skew();
    out.printf("Features: %,d shoppers have a feature row.%n", result.tables().features().size());
    out.printf(
        "  %,d rows of history computed again from the events: %,d equal to the last bit, %,d not.%n",
        skew.rows(), skew.equal(), skew.rows() - skew.equal());
    out.printf(
        "  Quality by feature and day, %,d rows; most drift: %s on %s, stability index %.2f.%n",
        result.health().rows(),
        result.health().drifted(),
        result.health().day(),
        result.health().drift());
  }

  private long duplicates() {
    return result.tables().intake().getOrDefault(SentEvent.DUPLICATE, 0L);
  }

  private void decisions(PrintWriter out) {
    out.println();
    out.printf(
        "Decisions: %,d, of which %,d with a promotion.%n",
        result.tables().decisions().size(), withPromotion());
    result.exposures().print(out);
    result.budgets().print(out);
  }

  private long withPromotion() {
    return result.tables().decisions().stream().filter(d -> d.promotion() != null).count();
  }

  private void verdicts(PrintWriter out) {
    out.println();
    out.println("Verdicts: effect on profit per shopper, euros, with the always-valid interval.");
    var rows = new ArrayList<List<?>>();
    for (DemoFindings.Verdict verdict : result.verdicts()) {
      var planted =
          result.truth().getOrDefault(verdict.experiment(), Map.of()).get(verdict.segment());
      rows.add(
          List.of(
              verdict.experiment(),
              verdict.segment(),
              verdict.units(),
              "%+.2f".formatted(verdict.effect() / CENTS),
              "%+.2f to %+.2f".formatted(verdict.low() / CENTS, verdict.high() / CENTS),
              verdict.word(),
              planted(verdict),
              planted == null ? "" : planted.types().toString()));
    }
    out.print(
        Report.table(
            List.of(
                "experiment",
                "segment",
                "shoppers",
                "effect",
                "interval",
                "found",
                "planted",
                "who is in it"),
            rows));
  }

  private void adjustments(PrintWriter out) {
    out.println();
    out.println("Rules that changed by what was measured:");
    var rows = new ArrayList<List<?>>();
    for (DemoFindings.Adjustment a : result.adjustments()) {
      rows.add(
          List.of(
              a.id(),
              a.experiment(),
              a.segment() == null ? "all" : a.segment(),
              a.from(),
              a.to(),
              "%+.2f (%+.2f to %+.2f)"
                  .formatted(a.effect() / CENTS, a.low() / CENTS, a.high() / CENTS),
              a.status().toLowerCase(java.util.Locale.ROOT)
                  + (a.ruleVersion() == null ? "" : " as version " + a.ruleVersion())));
    }
    out.print(
        Report.table(
            List.of(
                "id",
                "experiment",
                "segment",
                "weights before",
                "weights after",
                "evidence, euros",
                "status"),
            rows));
    if (!result.secondsToDecision().isEmpty()) {
      out.printf(
          "From the last outcome in the evidence to the first decision under the new rules: median"
              + " %.1f s, 95th percentile %.1f s.%n",
          quantile(0.5), quantile(0.95));
    }
  }

  private double quantile(double q) {
    List<Double> sorted = result.secondsToDecision();
    return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(q * (sorted.size() - 1))));
  }

  private void profit(PrintWriter out) {
    out.println();
    out.println("Profit of the fortnight (the same shoppers in the same mood, three policies):");
    out.print(
        Report.table(
            List.of("policy", "euros"),
            List.of(
                List.of("never promote", Math.round(result.profitNever() / CENTS)),
                List.of("promote to everyone", Math.round(result.profitEveryone() / CENTS)),
                List.of("Promoflow", Math.round(result.profitPromoflow() / CENTS)))));
  }

  /** The same as an object, with the field names of the reports' contract. */
  public Map<String, Object> json(double elapsedSeconds) {
    var json = new LinkedHashMap<String, Object>();
    json.put("elapsedSeconds", elapsedSeconds);
    long accepted = result.tables().intake().getOrDefault(SentEvent.ACCEPTED, 0L);
    json.put(
        "events",
        Map.of(
            "in",
            result.eventsIn(),
            "accepted",
            accepted,
            "duplicate",
            duplicates(),
            "rejected",
            result.tables().intake().values().stream().mapToLong(Long::longValue).sum()
                - accepted
                - duplicates()));
    var oracle = result.oracle();
    json.put(
        "oracle",
        Map.of(
            "lost", oracle.lost(),
            "duplicated", oracle.duplicated(),
            "wrong", oracle.wrong(),
            "extra", oracle.extra()));
    json.put("skew", result.skew());
    json.put("models", new ModelFindings(result.models(), result.segments()).json());
    json.put(
        "decisions",
        Map.of("count", result.tables().decisions().size(), "withPromotion", withPromotion()));
    json.put("exposures", result.exposures().json());
    json.put("budgets", result.budgets().json());
    json.put("experiments", result.verdicts().stream().map(this::verdict).toList());
    json.put("loop", result.loop().json());
    json.put("adjustments", result.adjustments().stream().map(DemoReport::adjustment).toList());
    if (!result.secondsToDecision().isEmpty()) {
      json.put(
          "secondsFromOutcomeToChangedDecision",
          Map.of("median", quantile(0.5), "p95", quantile(0.95)));
    }
    json.put(
        "profitCents",
        Map.of(
            "promoflow", result.profitPromoflow(),
            "never", result.profitNever(),
            "everyone", result.profitEveryone()));
    json.put("failures", failures);
    return json;
  }

  private Map<String, Object> verdict(DemoFindings.Verdict verdict) {
    return Map.of(
        "id", verdict.experiment(),
        "planted", planted(verdict),
        "segment", verdict.segment(),
        "verdict", verdict.word(),
        "effect", verdict.effect(),
        "low", verdict.low(),
        "high", verdict.high());
  }

  private static Map<String, Object> adjustment(DemoFindings.Adjustment a) {
    try {
      var json = new LinkedHashMap<String, Object>();
      json.put("id", a.id());
      json.put("experiment", a.experiment());
      json.put("segment", a.segment());
      json.put("from", Wire.JSON.readTree(a.from()));
      json.put("to", Wire.JSON.readTree(a.to()));
      json.put("status", a.status());
      json.put("ruleVersion", a.ruleVersion());
      json.put(
          "evidence",
          Map.of("metric", "profit", "difference", a.effect(), "low", a.low(), "high", a.high()));
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
