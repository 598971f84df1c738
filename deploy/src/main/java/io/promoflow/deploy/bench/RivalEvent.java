package io.promoflow.deploy.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;
import java.util.List;

/** A raw shop event as a plain object, the kind that databind fills fastest: fields, no creator. */
final class RivalEvent {
  public String messageId;
  public Kind event;
  public String userId;
  public Instant timestamp;
  public String sessionId;
  public String productId;
  public String category;
  public String brand;
  public int quantity;
  public double price;
  public String currency;
  public String promotionId;
  public String query;
  public int rating;
  public String text;
  public long dwellMillis;
  public Properties properties;

  /** Segment's nested part of an order. */
  static final class Properties {
    @JsonProperty("order_id")
    public String orderId;

    public String currency;
    public List<Line> products;
  }

  /** One product of an order. */
  static final class Line {
    @JsonProperty("product_id")
    public String productId;

    public String category;
    public int quantity;
    public double price;
  }

  /** The types that occur in the comparison. */
  enum Kind {
    @JsonProperty("Product Viewed")
    VIEWED(ShopEventType.PRODUCT_VIEWED),
    @JsonProperty("Products Searched")
    SEARCHED(ShopEventType.SEARCHED),
    @JsonProperty("Product Added")
    ADDED(ShopEventType.ADDED_TO_CART),
    @JsonProperty("Order Completed")
    ORDERED(ShopEventType.ORDER_PLACED),
    @JsonProperty("Product Reviewed")
    REVIEWED(ShopEventType.REVIEWED),
    @JsonProperty("Promotion Clicked")
    CLICKED(ShopEventType.PROMOTION_CLICKED);

    final ShopEventType type;

    Kind(ShopEventType type) {
      this.type = type;
    }
  }
}
