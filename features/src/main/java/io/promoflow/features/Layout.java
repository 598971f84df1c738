package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.features.aggregate.Cells;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a slice holds, column by column. */
final class Layout implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Column> columns = new ArrayList<>();
  private final Map<ShopEventType, Column[]> byType = new EnumMap<>(ShopEventType.class);
  private int numbers;
  private int parts;

  /** Gives the column of these events, and keeps it from now on. */
  int column(Aggregate aggregate, Set<ShopEventType> events, EventFilter filter) {
    var wanted = new Column(aggregate, EnumSet.copyOf(events), filter, numbers, parts);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).signature().equals(wanted.signature())) {
        return i;
      }
    }
    columns.add(wanted);
    numbers += aggregate.numbers();
    parts += aggregate.hasPart() ? 1 : 0;
    for (ShopEventType type : events) {
      byType.put(
          type, columns.stream().filter(c -> c.events().contains(type)).toArray(Column[]::new));
    }
    return columns.size() - 1;
  }

  /** The columns of a checkpoint, of which only the shape is known. */
  static Layout raw(List<SlicesCodec.Shape> shapes) {
    var layout = new Layout();
    for (var shape : shapes) {
      var raw = new Raw(shape.signature(), shape.numbers(), shape.hasPart());
      layout.columns.add(new Column(raw, Set.of(), null, layout.numbers, layout.parts));
      layout.numbers += raw.numbers();
      layout.parts += raw.hasPart() ? 1 : 0;
    }
    return layout;
  }

  /** Null when there is none. */
  Column find(String signature) {
    for (Column column : columns) {
      if (column.signature().equals(signature)) {
        return column;
      }
    }
    return null;
  }

  List<Column> columns() {
    return columns;
  }

  Column column(int i) {
    return columns.get(i);
  }

  /** Columns that look at events of a type; null when none does. */
  Column[] of(ShopEventType type) {
    return byType.get(type);
  }

  /** Types that some column looks at. */
  Set<ShopEventType> types() {
    return byType.keySet();
  }

  /** A slice without events, on its own. */
  Cells nothing() {
    var cells = new Cells(numbers, parts);
    columns.forEach(column -> column.aggregate().zero(cells, column.n(), column.p()));
    return cells;
  }

  /** Numbers per slice. */
  int numbers() {
    return numbers;
  }

  /** Parts per slice. */
  int parts() {
    return parts;
  }
}
