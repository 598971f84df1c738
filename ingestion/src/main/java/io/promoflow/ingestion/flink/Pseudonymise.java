package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.schema.ShopEvent;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** One shop event per line, with the pseudonym in the place of the raw shopper id. */
final class Pseudonymise implements FlatMapFunction<AcceptedEvent, ShopEvent> {
  private static final long serialVersionUID = 1L;
  private final Pseudonymizer pseudonymizer;

  Pseudonymise(Pseudonymizer pseudonymizer) {
    this.pseudonymizer = pseudonymizer;
  }

  @Override
  public void flatMap(AcceptedEvent accepted, Collector<ShopEvent> out) {
    String pseudonym = pseudonymizer.of(accepted.events().get(0).shopperId());
    for (ShopEvent event : accepted.events()) {
      out.collect(event.withShopperId(pseudonym));
    }
  }
}
