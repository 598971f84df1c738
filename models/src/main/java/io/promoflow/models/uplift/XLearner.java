package io.promoflow.models.uplift;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fits the effect itself: what each shopper did, less what the model of the other arm says they
 * would have done. Better than a {@link TLearner} where the effect is simpler than the response or
 * arms differ in size. Künzel, Sekhon, Bickel and Yu (2019), section "X-learner"; the share of the
 * treated is taken as the same for all rows.
 *
 * @param responses fits the response of an arm
 * @param effects fits the imputed effects; a regression
 */
public record XLearner(Trainer responses, Trainer effects) implements UpliftLearner {
  public static final String NAME = "x-learner";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String meaning() {
    return "uplift as a model of imputed effects, from both sides of an arm and the control";
  }

  @Override
  public UpliftModel train(TrialSample trial, long seed)
      throws TrainingException, InterruptedException {
    TLearner.Responses first = new TLearner(responses).train(trial, seed);
    var arms = new ArrayList<Effect>();
    for (int arm = 1; arm < trial.kinds().size(); arm++) {
      Sample treated = trial.sampleOf(arm);
      Sample control = trial.sampleOf(TrialSample.CONTROL);
      double share = sum(treated) / (sum(treated) + sum(control));
      arms.add(
          new Effect(
              share,
              fit(minus(treated, first.response(TrialSample.CONTROL, treated.rows()), 1), seed),
              fit(minus(control, first.response(arm, control.rows()), -1), seed)));
    }
    return new Effects(first, arms);
  }

  private Learned fit(Sample imputed, long seed) throws TrainingException, InterruptedException {
    return effects.train(
        new Request(imputed, Hyperparameters.defaults(effects), seed, Optional.empty()));
  }

  /** Labels less what the other arm expects, or the other way round. */
  private static Sample minus(Sample sample, double[] other, int sign) {
    var effects = new double[other.length];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = sign * (sample.labels()[i] - other[i]);
    }
    return new Sample(sample.rows(), effects, sample.weights());
  }

  private static double sum(Sample sample) {
    double sum = 0;
    for (double weight : sample.weights()) {
      sum += weight;
    }
    return sum;
  }

  /**
   * The effect of one arm.
   *
   * @param share of the treated among both
   * @param ofTreated fitted on effects that were imputed to the treated
   * @param ofControl fitted on effects that were imputed to the control
   */
  private record Effect(double share, Learned ofTreated, Learned ofControl) {
    double[] of(Matrix rows) {
      double[] effect = ofTreated.predict(rows);
      double[] other = ofControl.predict(rows);
      for (int i = 0; i < effect.length; i++) {
        effect[i] = share * other[i] + (1 - share) * effect[i];
      }
      return effect;
    }
  }

  private record Effects(TLearner.Responses responses, List<Effect> arms) implements UpliftModel {
    @Override
    public List<String> kinds() {
      return responses.kinds();
    }

    @Override
    public double[] response(int arm, Matrix rows) {
      return responses.response(arm, rows);
    }

    @Override
    public double[] uplift(int arm, Matrix rows) {
      return arm == TrialSample.CONTROL ? new double[rows.rows()] : arms.get(arm - 1).of(rows);
    }
  }
}
