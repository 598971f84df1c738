package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;

/** Tells everybody what the rule book decided; returns when it is safely told. */
public interface RulePublisher extends AutoCloseable {
  void publish(RuleSet rules);

  void publish(StrategyAdjustment adjustment);

  @Override
  void close();
}
