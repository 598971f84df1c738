package io.promoflow.serving.scoring;

import io.promoflow.ingestion.schema.Decision.Contribution;
import java.util.List;
import java.util.Map;

/**
 * What the models say about a shopper.
 *
 * @param segment null without a model or features
 * @param propensity probability of an order in the horizon; null without a model or features
 * @param contributions what each feature added to the log-odds, largest first
 * @param modelVersions the models that were asked: name to version
 * @param responses probability of an order in the horizon by what is given: a kind of promotion
 *     such as {@code percent-off}, or {@code none}; empty without response models, else {@code
 *     none} is among them
 */
public record Scores(
    String segment,
    Double propensity,
    List<Contribution> contributions,
    Map<String, String> modelVersions,
    Map<String, Double> responses) {

  public static final Scores UNKNOWN = new Scores(null, null, List.of(), Map.of());

  /** Scores without response models. */
  public Scores(
      String segment,
      Double propensity,
      List<Contribution> contributions,
      Map<String, String> modelVersions) {
    this(segment, propensity, contributions, modelVersions, Map.of());
  }
}
