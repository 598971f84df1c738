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
 */
public record Scores(
    String segment,
    Double propensity,
    List<Contribution> contributions,
    Map<String, String> modelVersions) {

  public static final Scores UNKNOWN = new Scores(null, null, List.of(), Map.of());
}
