package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Parameters;
import java.util.List;
import java.util.Optional;

/** The mean of what trees say (Breiman 2001, with probabilities instead of votes). */
public record ForestModel(List<DecisionTree> trees) implements Learned {

  /** Of one vector. */
  public static double mean(List<DecisionTree> trees, double[] vector) {
    double sum = 0;
    for (DecisionTree tree : trees) {
      sum += tree.value(vector);
    }
    return sum / trees.size();
  }

  @Override
  public double[] predict(Matrix rows) {
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = mean(trees, rows.row(i));
    }
    return answers;
  }

  @Override
  public Optional<Parameters> parameters() {
    return Optional.of(Parameters.forest(trees));
  }
}
