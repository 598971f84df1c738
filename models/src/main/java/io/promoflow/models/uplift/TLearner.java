package io.promoflow.models.uplift;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One model of the response per arm; the uplift is their difference. Künzel, Sekhon, Bickel and Yu,
 * "Metalearners for estimating heterogeneous treatment effects using machine learning" (2019).
 *
 * @param responses fits the response of an arm
 */
public record TLearner(Trainer responses) implements UpliftLearner {
  public static final String NAME = "t-learner";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String meaning() {
    return "uplift as the difference between one model of the response per arm";
  }

  @Override
  public Responses train(TrialSample trial, long seed)
      throws TrainingException, InterruptedException {
    var arms = new ArrayList<Learned>();
    for (int arm = 0; arm < trial.kinds().size(); arm++) {
      arms.add(fit(trial, arm, seed));
    }
    return new Responses(trial.kinds(), arms);
  }

  private Learned fit(TrialSample trial, int arm, long seed)
      throws TrainingException, InterruptedException {
    try {
      return responses.train(
          new Request(
              trial.sampleOf(arm), Hyperparameters.defaults(responses), seed, Optional.empty()));
    } catch (TrainingException e) {
      throw new TrainingException("arm " + trial.kinds().get(arm) + ": " + e.getMessage());
    }
  }

  /** The models of all arms. */
  public record Responses(List<String> kinds, List<Learned> arms) implements UpliftModel {
    @Override
    public double[] response(int arm, Matrix rows) {
      return arms.get(arm).predict(rows);
    }

    @Override
    public double[] uplift(int arm, Matrix rows) {
      double[] with = response(arm, rows);
      double[] without = response(TrialSample.CONTROL, rows);
      for (int i = 0; i < with.length; i++) {
        with[i] -= without[i];
      }
      return with;
    }
  }
}
