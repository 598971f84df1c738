package io.promoflow.serving.rules;

import io.promoflow.features.aggregate.Recency;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.yaml.Block;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which products meet the conditions of promotions by their newest features, over a connection that
 * somebody else holds. The view that it asks has a column per feature that is computed.
 */
final class ProductLists {
  private static final String SCHEMA = "features";
  private static final String VIEW = "product_features_wide";

  /** Days since something go on while nothing happens, and no row is written. */
  private static final String DAYS_SINCE_ROW =
      " + GREATEST(0, EXTRACT(epoch FROM (SELECT at FROM features.event_time_clock"
          + " WHERE name = 'features') - as_of) / 86400)";

  private final Connection connection;
  private Map<String, Boolean> columns;

  ProductLists(Connection connection) {
    this.connection = connection;
  }

  /**
   * A condition that the tables cannot answer.
   *
   * @param promotion that it is of
   * @param condition which of its conditions on products, from 0
   * @param key of the promotion that is at fault
   * @param rule what must hold
   * @param value what is there; null when nothing is
   */
  record Unanswered(String promotion, int condition, String key, String rule, String value) {
    @Override
    public String toString() {
      return promotion + ": " + key + ": " + rule + (value == null ? "" : ", is '" + value + "'");
    }
  }

  /** Every condition that the tables cannot answer; empty when all lists can be made. */
  List<Unanswered> unanswered(List<Promotion> promotions) throws SQLException {
    var found = new ArrayList<Unanswered>();
    for (Promotion one : promotions) {
      if (!one.productsWhere().isEmpty() && isText().isEmpty()) {
        String rule = SCHEMA + "." + VIEW + " is not there: start the feature job first";
        found.add(new Unanswered(one.id(), 0, "productsWhere", rule, null));
      } else {
        IntStream.range(0, one.productsWhere().size())
            .forEach(i -> check(one.id(), i, one.productsWhere().get(i), found));
      }
    }
    return found;
  }

  private void check(String promotion, int index, Condition condition, List<Unanswered> found) {
    String at = "productsWhere[" + index + "].";
    Boolean text = columns.get(condition.field());
    if (text == null) {
      String nearest = Block.nearest(condition.field(), columns.keySet());
      String rule = "the feature job does not compute it; did you mean " + nearest + "?";
      found.add(new Unanswered(promotion, index, at + "field", rule, condition.field()));
    } else if (text != ConditionReader.isSet(condition.operator())) {
      String those = text ? "IN or NOT_IN" : "LT, LE, GT, GE or EQ";
      String rule = condition.field() + " is compared with " + those;
      String value = condition.operator().name();
      found.add(new Unanswered(promotion, index, at + "operator", rule, value));
    }
  }

  /** Whether a feature of products is text, by its name; empty when none is computed. */
  private Map<String, Boolean> isText() throws SQLException {
    if (columns == null) {
      columns = new TreeMap<>();
      String sql =
          "SELECT column_name, data_type = 'text' FROM information_schema.columns"
              + " WHERE table_schema = ? AND table_name = ? AND column_name NOT IN ('key', 'as_of')";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, SCHEMA);
        statement.setString(2, VIEW);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            columns.put(rows.getString(1), rows.getBoolean(2));
          }
        }
      }
    }
    return columns;
  }

  /** The same promotions with the products that meet their conditions now. */
  List<Promotion> resolved(List<Promotion> promotions) throws SQLException {
    var all = new ArrayList<Promotion>();
    for (Promotion one : promotions) {
      all.add(one.productsWhere().isEmpty() ? one : one.withProducts(matching(one)));
    }
    return List.copyOf(all);
  }

  private List<String> matching(Promotion promotion) throws SQLException {
    List<Condition> conditions = promotion.productsWhere();
    String where = conditions.stream().map(ProductLists::sql).collect(Collectors.joining(" AND "));
    String order = conditions.stream().map(ProductLists::order).collect(Collectors.joining());
    String sql =
        "SELECT key FROM %s.%s WHERE %s ORDER BY %skey COLLATE \"C\" LIMIT %d"
            .formatted(SCHEMA, VIEW, where, order, promotion.mostProducts());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < conditions.size(); i++) {
        bind(statement, i + 1, conditions.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        var found = new ArrayList<String>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    }
  }

  private void bind(PreparedStatement statement, int index, Condition condition)
      throws SQLException {
    if (ConditionReader.isSet(condition.operator())) {
      statement.setArray(index, connection.createArrayOf("text", condition.values().toArray()));
    } else {
      statement.setDouble(index, condition.number());
    }
  }

  private static String sql(Condition condition) {
    return column(condition)
        + switch (condition.operator()) {
          case LT -> " < ?";
          case LE -> " <= ?";
          case GT -> " > ?";
          case GE -> " >= ?";
          case EQ -> " = ?";
          case IN -> " = ANY (?)";
          case NOT_IN -> " <> ALL (?)";
        };
  }

  /** Those first that go farthest by a condition. */
  private static String order(Condition condition) {
    Operator operator = condition.operator();
    return switch (operator) {
      case LT, LE -> column(condition) + ", ";
      case GT, GE -> column(condition) + " DESC, ";
      case EQ, IN, NOT_IN -> "";
    };
  }

  /** Names one of the view's columns: others are refused before. */
  private static String column(Condition condition) {
    String column = '"' + condition.field().replace("\"", "\"\"") + '"';
    return Recency.isNamed(condition.field()) ? "(" + column + DAYS_SINCE_ROW + ")" : column;
  }
}
