package io.promoflow.models.flink;

import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The contract for trainers whose fit takes seconds: on one cluster, with fewer odd samples. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FlinkMlContract extends TrainerContract {
  private final Trainer trainer;

  FlinkMlContract(Trainer trainer) {
    this.trainer = trainer;
  }

  @Override
  protected Trainer trainer() {
    return trainer;
  }

  /** Two of each kind. */
  @Override
  protected int degenerateCases() {
    return 28;
  }

  @AfterAll
  void stop() throws Exception {
    trainer.close();
  }
}
