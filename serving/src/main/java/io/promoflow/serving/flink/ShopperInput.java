package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;

/**
 * Something about one shopper: an event, a feature row or an offer. One type for all, because Flink
 * joins one keyed stream, not three, with broadcast state.
 *
 * @param event null when it is something else
 * @param row null when it is something else
 * @param offer null when it is something else
 */
public record ShopperInput(ShopEvent event, FeatureRow row, ToldOffer offer) {
  static ShopperInput of(ShopEvent event) {
    return new ShopperInput(event, null, null);
  }

  static ShopperInput of(FeatureRow row) {
    return new ShopperInput(null, row, null);
  }

  static ShopperInput of(ToldOffer offer) {
    return new ShopperInput(null, null, offer);
  }

  String shopperId() {
    if (event != null) {
      return event.shopperId();
    }
    return row != null ? row.shopperId() : offer.shopperId();
  }
}
