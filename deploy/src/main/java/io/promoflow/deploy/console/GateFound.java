package io.promoflow.deploy.console;

import io.promoflow.evaluation.offpolicy.LoggedChoice;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.evaluation.offpolicy.PolicyValue;
import io.promoflow.evaluation.offpolicy.ReleaseGate.Verdict;
import io.promoflow.evaluation.offpolicy.ShadowLog.Evidence;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a gate found out.
 *
 * @param from first moment that was decided for
 * @param until first moment after the last
 * @param learntUntil newest moment that models on either side have learnt from; empty for rules,
 *     which learn nothing
 * @param undecidable decisions that are left out since they may rest on what the log does not keep
 * @param challenger decisions with their rewards and what the one in shadow wishes
 * @param incumbent the same with what the one in force wishes
 * @param estimates how values are estimated
 * @param verdict whether it may be released
 */
record GateFound(
    Instant from,
    Instant until,
    Optional<Instant> learntUntil,
    long undecidable,
    Evidence challenger,
    Evidence incumbent,
    OffPolicy estimates,
    Verdict verdict) {

  /** Profit per decision, as it was decided. */
  double got() {
    return challenger.choices().stream()
        .mapToDouble(LoggedChoice::reward)
        .average()
        .orElse(Double.NaN);
  }

  /** Values of the one in shadow, by estimator. */
  Map<String, PolicyValue> inShadow() {
    return values(challenger);
  }

  /** Values of the one in force. */
  Map<String, PolicyValue> inForce() {
    return values(incumbent);
  }

  private Map<String, PolicyValue> values(Evidence evidence) {
    var values = new LinkedHashMap<String, PolicyValue>();
    values.put("inverse propensity", estimates.inversePropensity(evidence.choices()));
    values.put("self-normalised", estimates.selfNormalised(evidence.choices()));
    values.put("doubly robust", estimates.doublyRobust(evidence.choices()));
    return values;
  }

  /** In words and figures. */
  void print(PrintWriter out) {
    out.printf(
        "%,d decisions from %s until %s with their outcomes; %,d more are not over yet.%n",
        challenger.choices().size(), from, until, challenger.immature());
    learntUntil.ifPresent(
        learnt ->
            out.printf(
                "None is from before %s: until then one of the versions has learnt.%n", learnt));
    if (undecidable > 0) {
      out.printf(
          "%,d are undecidable and left out: they may rest on lines of the cart, the channel, a level"
              + " that was told, or on whether a budget would have lasted.%n",
          undecidable);
    }
    out.printf("Profit per decision, cents: %.2f as it was decided.%n", got());
    var rows = new ArrayList<List<?>>();
    Map<String, PolicyValue> before = inForce();
    inShadow().forEach((name, value) -> rows.add(row(name, before.get(name), value)));
    out.print(
        Report.table(
            List.of(
                "estimate",
                "in force",
                "interval",
                "effective",
                "in shadow",
                "interval",
                "effective"),
            rows));
    out.println(
        verdict.opens()
            ? "The gate opens:"
            : verdict.canJudge()
                ? "The gate stays shut, it is not surely better:"
                : "The gate stays shut, the log cannot tell:");
    verdict.reasons().forEach(reason -> out.println("  " + reason));
  }

  private static List<?> row(String name, PolicyValue before, PolicyValue value) {
    var row = new ArrayList<Object>(List.of(name));
    for (PolicyValue one : List.of(before, value)) {
      row.add("%.2f".formatted(one.value()));
      row.add("%.2f to %.2f".formatted(one.low(), one.high()));
      row.add("%.1f".formatted(one.effectiveUnits()));
    }
    return row;
  }

  /** For programs. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("from", from);
    json.put("until", until);
    learntUntil.ifPresent(learnt -> json.put("learntUntil", learnt));
    json.put("decisions", challenger.choices().size());
    json.put("immature", challenger.immature());
    json.put("unsupportedShare", challenger.unsupportedShare());
    json.put("unsupportedShareInForce", incumbent.unsupportedShare());
    json.put("unknownShare", challenger.unknownShare());
    json.put("undecidable", undecidable);
    if (!challenger.choices().isEmpty()) {
      json.put("got", got());
      json.put("inForce", inForce());
      json.put("inShadow", inShadow());
      json.put("gain", verdict.gain());
    }
    json.put("opens", verdict.opens());
    json.put("canJudge", verdict.canJudge());
    json.put("reasons", verdict.reasons());
    return json;
  }
}
