package io.promoflow.ingestion.schema;

/**
 * Turns a model's score into a probability that is right on average.
 *
 * <p>By Platt: {@code 1 / (1 + exp(-(slope * logOdds(score) + offset)))} (Platt 1999). Isotonic: a
 * line through points that never falls, level before the first and after the last (Zadrozny and
 * Elkan 2002).
 *
 * @param slope Platt; 0 when isotonic
 * @param offset Platt; 0 when isotonic
 * @param scores isotonic: ascending; null by Platt
 * @param probabilities isotonic: at the scores; null by Platt
 */
public record Calibration(double slope, double offset, double[] scores, double[] probabilities) {

  public boolean isotonic() {
    return scores != null;
  }
}
