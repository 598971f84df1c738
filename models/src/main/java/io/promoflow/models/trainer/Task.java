package io.promoflow.models.trainer;

/** What a trainer learns to say. */
public enum Task {
  /** Which cluster a row belongs to; there are no labels. */
  CLUSTERING,
  /** How probable the label 1 is; labels are 0 or 1. */
  CLASSIFICATION,
  /** How large the label is. */
  REGRESSION
}
