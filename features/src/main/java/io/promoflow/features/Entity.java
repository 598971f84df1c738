package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.Locale;
import java.util.function.Function;

/** Whom a feature is about. */
public enum Entity {
  /** Someone who shops. */
  SHOPPER(ShopEvent::shopperId),
  /** Something that is sold. */
  PRODUCT(ShopEvent::productId),
  /** A kind of product. */
  CATEGORY(ShopEvent::category),
  /** Someone's liking of a kind of product; the key is {@code shopper|category}. */
  SHOPPER_CATEGORY(
      e -> e.category() == null ? null : e.shopperId() + Entity.BETWEEN + e.category()),
  /** Something that is offered. */
  PROMOTION(ShopEvent::promotionId);

  private static final char BETWEEN = '|';

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final Function<ShopEvent, String> key;

  Entity(Function<ShopEvent, String> key) {
    this.key = key;
  }

  /** Which one an event is about; null when it is about none. */
  public String key(ShopEvent event) {
    return key.apply(event);
  }

  /** As it is written in files and tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
