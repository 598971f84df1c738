package io.promoflow.ingestion.schema;

/** How a published model turns a standardised vector into an answer. */
public enum ModelKind {
  /** Nearest centroid, Euclidean. */
  KMEANS,
  /** 1 / (1 + exp(-(intercept + w x))). */
  LOGISTIC,
  /** intercept + w x. */
  LINEAR,
  /** The mean of the trees' leaves. */
  FOREST
}
