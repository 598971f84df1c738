package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;

/**
 * Something about one shopper: an event or a feature row. One type for both, because Flink joins
 * one keyed stream, not two, with broadcast state.
 *
 * @param event null when it is a row
 * @param row null when it is an event
 */
public record ShopperInput(ShopEvent event, FeatureRow row) {
  String shopperId() {
    return event == null ? row.shopperId() : event.shopperId();
  }
}
