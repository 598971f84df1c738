package io.promoflow.models.uplift;

import io.promoflow.models.trainer.Matrix;
import java.util.List;

/** What shoppers do with each kind of promotion, and what of it they would not do without. */
public interface UpliftModel {
  /** The control first. */
  List<String> kinds();

  /** Expected label per row in an arm, by its number. */
  double[] response(int arm, Matrix rows);

  /** What an arm adds to the expected label per row, against the control. */
  double[] uplift(int arm, Matrix rows);
}
