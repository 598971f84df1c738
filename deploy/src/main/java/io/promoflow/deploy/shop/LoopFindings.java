package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.Sql;
import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the loop and its promotions together brought, against those who are held out of both.
 *
 * @param result over all segments, as evaluation has it; null when it has none
 * @param truth what it really was, known to the shop only
 * @param days the attribution window
 */
public record LoopFindings(Result result, Truth truth, long days) {
  private static final double CENTS = 100;

  /**
   * The result on profit per shopper, in cents.
   *
   * @param promoted shoppers who were not held out
   * @param heldOut shoppers who were
   * @param effect difference of the means
   * @param low of the always-valid interval
   * @param high of the always-valid interval
   * @param sampleRatioOk whether the groups have the sizes that the share promises
   */
  public record Result(
      long promoted, long heldOut, double effect, double low, double high, boolean sampleRatioOk) {}

  /**
   * What the shop knows.
   *
   * @param effectCents mean effect on those who were not held out
   * @param promotionsToHeldOut decisions that gave them something all the same: 0
   */
  public record Truth(double effectCents, long promotionsToHeldOut) {}

  static LoopFindings read(
      Postgres postgres,
      FinalTables tables,
      List<Exposed> exposed,
      List<SentEvent> sent,
      LoopTruth truth,
      Duration window)
      throws SQLException {
    List<Exposed> all =
        exposed.stream().filter(one -> one.experiment().equals(ExpectedExposures.LOOP)).toList();
    List<Exposed> promoted =
        all.stream().filter(one -> one.variant().equals(ExpectedExposures.PROMOTED)).toList();
    long given =
        tables.decisions().stream()
            .filter(d -> ExpectedExposures.LOOP.equals(d.experiment()) && d.promotion() != null)
            .count();
    return new LoopFindings(
        result(postgres), new Truth(truth.effectCents(promoted, sent), given), window.toDays());
  }

  private static Result result(Postgres postgres) throws SQLException {
    return Sql.rows(
            postgres,
            "SELECT r.units, r.control_units, r.difference, r.always_valid_low, r.always_valid_high,"
                + " s.ok FROM evaluation.v_experiment_results r"
                + " JOIN evaluation.v_sample_ratio_checks s USING (experiment)"
                + " WHERE r.experiment = 'loop-holdout' AND r.metric = 'profit'"
                + " AND r.always_valid_low IS NOT NULL",
            row ->
                new Result(
                    row.getLong(1),
                    row.getLong(2),
                    row.getDouble(3),
                    row.getDouble(4),
                    row.getDouble(5),
                    row.getBoolean(6)))
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** By the always-valid interval: better, worse or undecided. */
  private String word() {
    return result.low() > 0 ? "better" : result.high() < 0 ? "worse" : "undecided";
  }

  /** What does not hold. */
  List<String> failures() {
    if (result == null) {
      return List.of("the loop was not measured against shoppers who are held out");
    }
    var failures = new ArrayList<String>();
    if (!(truth.effectCents() >= result.low() && truth.effectCents() <= result.high())) {
      failures.add(
          "the loop brought %.0f cents per shopper, which its interval %.0f to %.0f leaves out"
              .formatted(truth.effectCents(), result.low(), result.high()));
    }
    if (!result.sampleRatioOk()) {
      failures.add(
          "the groups of the loop's holdout, %d and %d, do not have the sizes that its share promises"
              .formatted(result.promoted(), result.heldOut()));
    }
    if (truth.promotionsToHeldOut() > 0) {
      failures.add(truth.promotionsToHeldOut() + " promotions went to shoppers who are held out");
    }
    return failures;
  }

  void print(PrintWriter out) {
    if (result == null) {
      return;
    }
    out.printf(
        "Loop and promotions together, %,d shoppers against %,d held out, over %d days each: %+.2f"
            + " euros of profit per shopper (%+.2f to %+.2f), %s; in truth %+.2f.%n",
        result.promoted(),
        result.heldOut(),
        days,
        result.effect() / CENTS,
        result.low() / CENTS,
        result.high() / CENTS,
        word(),
        truth.effectCents() / CENTS);
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("trueEffect", truth.effectCents());
    json.put("promotionsToHeldOut", truth.promotionsToHeldOut());
    if (result != null) {
      json.put("promoted", result.promoted());
      json.put("heldOut", result.heldOut());
      json.put("verdict", word());
      json.put("effect", result.effect());
      json.put("low", result.low());
      json.put("high", result.high());
      json.put("sampleRatioOk", result.sampleRatioOk());
    }
    return json;
  }
}
