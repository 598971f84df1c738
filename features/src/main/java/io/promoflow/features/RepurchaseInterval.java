package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** Mean days from one order to the next; missing below two orders. Example of a coded feature. */
public final class RepurchaseInterval implements Feature<RepurchaseInterval.Orders> {
  private static final long serialVersionUID = 1L;
  private static final double DAY_MILLIS = 86_400_000.0;

  /** Orders by id, with the moments of the first and the last. */
  static final class Orders {
    private final Set<String> ids = new TreeSet<>();
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
  }

  @Override
  public String name() {
    return "repurchase_interval_days";
  }

  @Override
  public Set<ShopEventType> events() {
    return Set.of(ShopEventType.ORDER_PLACED);
  }

  @Override
  public Orders zero() {
    return new Orders();
  }

  @Override
  public Orders add(Orders orders, ShopEvent event) {
    if (event.orderId() != null) {
      orders.ids.add(event.orderId());
      orders.first = Math.min(orders.first, event.at().toEpochMilli());
      orders.last = Math.max(orders.last, event.at().toEpochMilli());
    }
    return orders;
  }

  @Override
  public Orders merge(Orders orders, Orders other) {
    orders.ids.addAll(other.ids);
    orders.first = Math.min(orders.first, other.first);
    orders.last = Math.max(orders.last, other.last);
    return orders;
  }

  @Override
  public OptionalDouble value(Orders orders, Instant asOf) {
    return orders.ids.size() < 2
        ? OptionalDouble.empty()
        : OptionalDouble.of((orders.last - orders.first) / DAY_MILLIS / (orders.ids.size() - 1));
  }

  @Override
  public void write(Orders orders, DataOutput out) throws IOException {
    out.writeLong(orders.first);
    out.writeLong(orders.last);
    out.writeInt(orders.ids.size());
    for (String id : orders.ids) {
      out.writeUTF(id);
    }
  }

  @Override
  public Orders read(DataInput in) throws IOException {
    var orders = new Orders();
    orders.first = in.readLong();
    orders.last = in.readLong();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      orders.ids.add(in.readUTF());
    }
    return orders;
  }
}
