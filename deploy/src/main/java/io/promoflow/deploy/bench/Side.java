package io.promoflow.deploy.bench;

/** Who is measured. */
public enum Side {
  OURS,
  RIVAL,
  /** The physical limit: the same input with no work done on it. */
  LIMIT
}
