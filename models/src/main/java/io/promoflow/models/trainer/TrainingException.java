package io.promoflow.models.trainer;

/** There is nothing to learn from these rows, or no finite model came out; says why. */
public class TrainingException extends Exception {
  private static final long serialVersionUID = 1L;

  public TrainingException(String why) {
    super(why);
  }
}
