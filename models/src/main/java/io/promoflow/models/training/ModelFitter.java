package io.promoflow.models.training;

/** Fits models; kept open between windows, because a warm one is several times faster. */
public interface ModelFitter extends AutoCloseable {
  /** Who made a model, for its card. */
  String name();

  /** Fits everything that is planned; the same plan gives the same numbers. */
  Fits fit(FitPlan plan) throws Exception;

  @Override
  void close() throws Exception;
}
