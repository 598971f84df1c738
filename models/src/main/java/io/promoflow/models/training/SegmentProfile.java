package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segment is like in one feature: a row of {@code models.segment_profiles}.
 *
 * @param share of the fitted rows
 * @param mean centre of the segment, in the unit of the feature
 * @param overallMean of all fitted rows
 * @param deviations how far apart they are, in standard deviations
 */
record SegmentProfile(
    String version,
    String segment,
    String title,
    double share,
    String feature,
    double mean,
    double overallMean,
    double deviations) {

  /** Every segment in every feature. */
  static List<SegmentProfile> of(ModelVersion model, List<TrainingExample> rows) {
    double[] shares = shares(model, rows);
    var profiles = new ArrayList<SegmentProfile>();
    for (int c = 0; c < shares.length; c++) {
      for (int i = 0; i < model.features().size(); i++) {
        double deviations = model.centroids()[c][i];
        double overall = model.means()[i];
        profiles.add(
            new SegmentProfile(
                model.version(),
                model.segments().get(c),
                model.titles().get(c),
                shares[c],
                model.features().get(i),
                overall + deviations * model.scales()[i],
                overall,
                deviations));
      }
    }
    return profiles;
  }

  private static double[] shares(ModelVersion model, List<TrainingExample> rows) {
    Scorer scorer = Scorer.of(model);
    var shares = new double[model.segments().size()];
    for (TrainingExample row : rows) {
      String segment = scorer.segment(row.values(), row.categories());
      shares[model.segments().indexOf(segment)] += 1.0 / rows.size();
    }
    return shares;
  }
}
