package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.ArrayList;
import java.util.List;

/** Remembers what was published; can be out of order. */
public final class Told implements RulePublisher {
  public final List<RuleSet> rules = new ArrayList<>();
  public final List<StrategyAdjustment> adjustments = new ArrayList<>();
  boolean broken;

  @Override
  public synchronized void publish(RuleSet told) {
    refuseIfBroken();
    rules.add(told);
  }

  @Override
  public synchronized void publish(StrategyAdjustment told) {
    refuseIfBroken();
    adjustments.add(told);
  }

  private void refuseIfBroken() {
    if (broken) {
      throw new IllegalStateException("broker is gone");
    }
  }

  @Override
  public void close() {
    rules.clear();
  }
}
