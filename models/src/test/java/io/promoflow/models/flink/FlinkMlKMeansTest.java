package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.RealData;
import io.promoflow.models.trainer.CentroidModel;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlinkMlKMeansTest extends FlinkMlContract {
  FlinkMlKMeansTest() {
    super(new FlinkMlKMeans());
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("k", 2.0, "iterations", 8.0, "starts", 2.0);
  }

  @Test
  void irisComesOutAsPublished() throws Exception {
    Matrix iris = Matrix.of(RealData.numbers(RealData.rows("tiny_gold/iris.csv"), 0, 4));
    var wanted = Map.of("iterations", 20.0, "starts", 8.0, "k", 3.0);

    List<Outcome> outcomes =
        trainer()
            .trainAll(
                List.of(
                    new Request(
                        Sample.of(iris),
                        Hyperparameters.of(trainer(), wanted),
                        1,
                        Optional.empty())));

    assertThat(((CentroidModel) outcomes.get(0).learned()).inertia(iris))
        .isCloseTo(78.85144, within(1e-4));
  }

  @Test
  void moreClustersThanDistinctRowsAreRefusedWithTheReason() throws Exception {
    var same = Sample.of(new Matrix(5, 1, new double[] {1, 1, 1, 1, 1}));

    List<Outcome> outcomes = trainer().trainAll(List.of(request(trainer(), same)));

    assertThat(outcomes.get(0).refusal()).contains("2 centroids");
  }
}
