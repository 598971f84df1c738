package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.forest.Trees;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelGuardTest {
  private static final double[] ONES = {1, 1, 1, 1};
  private static final double[] TWO_ONES = {1, 1};
  private static final double[] ZEROS = {0, 0};

  private static void refused(ModelVersion model, String reason) {
    assertThat(ModelGuard.refusal(model)).contains(reason);
  }

  private static ModelVersion withCentroids(double[][] centroids, String... ids) {
    return Models.segments(ZEROS, TWO_ONES, centroids, List.of(ids));
  }

  @Test
  void wellFormedModelsPass() {
    assertThat(ModelGuard.refusal(Models.propensity())).isEmpty();
    assertThat(ModelGuard.refusal(Models.segments())).isEmpty();
  }

  @Test
  void aForestIsLookedThrough() {
    assertThat(ModelGuard.refusal(Models.forest(Trees.three()))).isEmpty();
    refused(Models.forest(), "it has no trees");
    DecisionTree broken = Trees.three();
    broken.elements()[0] = 4;
    refused(Models.forest(broken), "tree 0: node 0 looks at element 4 of 4");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    refused(
        Models.propensity(new double[] {1, 1, Double.POSITIVE_INFINITY, 1}, 0, ONES),
        "coefficient 2 is Infinity");
    refused(Models.propensity(ONES, Double.NaN, ONES), "its intercept is NaN");
    refused(Models.propensity(ONES, 0, new double[] {1, Double.NaN, 1, 1}), "scale 1 is NaN");
    refused(
        withCentroids(new double[][] {{0, 0}, {Double.NaN, 1}}, "s1", "s2"),
        "centroid 1, element 0 is NaN");
    refused(
        Models.segments(
            new double[] {0, Double.NaN}, TWO_ONES, new double[][] {{0, 0}}, List.of("s1")),
        "mean 1 is NaN");
  }

  @Test
  void wrongLengthsAreRefused() {
    refused(
        Models.propensity(new double[] {1, 1, 1}, 0, ONES),
        "coefficients has 3 numbers instead of 4");
    refused(
        withCentroids(new double[][] {{0, 0}, {1}}, "s1", "s2"),
        "centroid 1 has 1 numbers instead of 2");
    refused(Models.propensity(ONES, 0, TWO_ONES), "scales has 2 numbers instead of 4");
  }

  @Test
  void aScaleOfZeroIsRefused() {
    refused(Models.propensity(ONES, 0, new double[] {1, 0, 1, 1}), "scale 1 is 0.0");
  }

  @Test
  void segmentsThatAreNoneOrTheSameAreRefused() {
    refused(withCentroids(new double[][] {}), "it has no centroids");
    refused(
        withCentroids(new double[][] {{1, 2}}, "s1", "s2"),
        "it has not one segment id per centroid");
    refused(
        withCentroids(new double[][] {{1, 2}, {2, 1}}, "s1", "s1"), "a segment id occurs twice");
    refused(
        withCentroids(new double[][] {{1, 2}, {1, 2}}, "s1", "s2"),
        "centroids 0 and 1 are the same");
  }

  @Test
  void aRegressionThatSaysTheSameOfEveryoneIsRefused() {
    refused(Models.propensity(new double[4], 0.3, ONES), "all its coefficients are 0");
  }
}
