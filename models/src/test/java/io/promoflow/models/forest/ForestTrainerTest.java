package io.promoflow.models.forest;

import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainerContract;

class ForestTrainerTest extends TrainerContract {
  @Override
  protected Trainer trainer() {
    return new ForestTrainer();
  }

  @Override
  protected int degenerateCases() {
    return 560;
  }
}
