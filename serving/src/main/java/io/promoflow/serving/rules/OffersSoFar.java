package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.RememberedOffers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import javax.sql.DataSource;

/**
 * What shoppers had been offered when a logged decision was made; goes along with the log. Knows
 * only what caps ask for, of those whom the log is about.
 */
final class OffersSoFar {
  private static final int AT_ONCE = 10_000;

  private final AskedOfCaps asked;
  private final Map<String, Shopper> shoppers = new HashMap<>();
  private final Map<String, String> promotions = new HashMap<>();

  private OffersSoFar(AskedOfCaps asked) {
    this.asked = asked;
  }

  /** What the caps of these rules ask before the first of what was decided for in [from, until). */
  static OffersSoFar of(DataSource store, Instant from, Instant until, Collection<RuleSet> rules) {
    var asked = new AskedOfCaps();
    rules.forEach(asked::add);
    return read(store, from, until, asked);
  }

  /**
   * The same for these rules and all that decided in that time.
   *
   * @param history the rules by version; null when they are lost
   */
  static OffersSoFar ofThen(
      DataSource store,
      Instant from,
      Instant until,
      LongFunction<RuleSet> history,
      Collection<RuleSet> others) {
    var asked = new AskedOfCaps();
    others.forEach(asked::add);
    try (var connection = store.getConnection();
        var statement = connection.prepareStatement(DecisionTable.RULES_BETWEEN)) {
      statement.setObject(1, from.atOffset(ZoneOffset.UTC));
      statement.setObject(2, until.atOffset(ZoneOffset.UTC));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          RuleSet rules = history.apply(rows.getLong(1));
          if (rules != null) {
            asked.add(rules);
          }
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
    return read(store, from, until, asked);
  }

  private static OffersSoFar read(
      DataSource store, Instant from, Instant until, AskedOfCaps asked) {
    var offers = new OffersSoFar(asked);
    try (var connection = store.getConnection()) {
      connection.setAutoCommit(false); // else the driver fetches all rows at once
      try {
        if (!asked.counted().isEmpty()) {
          offers.readCounts(connection, from, until);
        }
        if (asked.any() || !asked.timed().isEmpty()) {
          offers.readMoments(connection, from, until);
        }
      } finally {
        connection.rollback(); // nothing was written
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
    return offers;
  }

  private static IllegalStateException unreadable(SQLException e) {
    return new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
  }

  private void readCounts(Connection connection, Instant from, Instant until) throws SQLException {
    try (var statement = connection.prepareStatement(DecisionTable.OFFERS_COUNTED)) {
      statement.setFetchSize(AT_ONCE);
      statement.setObject(1, from.atOffset(ZoneOffset.UTC));
      statement.setArray(2, connection.createArrayOf("text", asked.counted().toArray()));
      statement.setObject(3, from.atOffset(ZoneOffset.UTC));
      statement.setObject(4, until.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          offers(rows.getString(1), rows.getString(2)).count += rows.getInt(3);
        }
      }
    }
  }

  private void readMoments(Connection connection, Instant from, Instant until) throws SQLException {
    Instant since = from.minusMillis(asked.longestMillis());
    try (var statement = connection.prepareStatement(DecisionTable.OFFERS_BETWEEN)) {
      statement.setFetchSize(AT_ONCE);
      statement.setObject(1, since.atOffset(ZoneOffset.UTC));
      statement.setObject(2, from.atOffset(ZoneOffset.UTC));
      statement.setBoolean(3, asked.any());
      statement.setArray(4, connection.createArrayOf("text", asked.timed().toArray()));
      statement.setObject(5, from.atOffset(ZoneOffset.UTC));
      statement.setObject(6, until.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Instant at = rows.getObject(3, OffsetDateTime.class).toInstant();
          offers(rows.getString(1), rows.getString(2)).add(at, asked.longestMillis());
        }
      }
    }
  }

  Caps of(String shopper) {
    Shopper known = shoppers.get(shopper);
    return known == null ? Caps.NONE : known;
  }

  /** Goes past a decision. */
  void note(Decision decision) {
    String promotion = decision.promotionId();
    if (promotion == null) {
      return;
    }
    if (asked.counted().contains(promotion)) {
      offers(decision.shopperId(), promotion).count++;
    }
    if (asked.isTimed(promotion)) {
      offers(decision.shopperId(), promotion).add(decision.at(), asked.longestMillis());
    }
  }

  private Offers offers(String shopper, String promotion) {
    String id = promotions.computeIfAbsent(promotion, one -> one); // one text for all shoppers
    return shoppers
        .computeIfAbsent(shopper, one -> new Shopper(new HashMap<>(2)))
        .byPromotion
        .computeIfAbsent(id, one -> new Offers());
  }

  /** Of one promotion to one shopper. */
  private static final class Offers {
    private static final long[] NONE = {};

    private int count;
    private long[] moments = NONE;
    private int size;

    /** Drops what no cap counts any more: what is too old, or more than the newest. */
    void add(Instant at, long longestMillis) {
      long millis = at.toEpochMilli();
      int first = size == RememberedOffers.MOST_TIMES ? 1 : 0;
      while (first < size && moments[first] < millis - longestMillis) {
        first++;
      }
      size -= first;
      System.arraycopy(moments, first, moments, 0, size);
      if (size == moments.length) {
        moments = Arrays.copyOf(moments, Math.max(2, 2 * size));
      }
      moments[size++] = millis;
    }

    int since(Instant moment) {
      long from = moment.toEpochMilli();
      int found = 0;
      for (int i = 0; i < size; i++) {
        found += moments[i] >= from ? 1 : 0;
      }
      return found;
    }
  }

  private record Shopper(Map<String, Offers> byPromotion) implements Caps {
    @Override
    public int offered(String promotionId) {
      Offers offers = byPromotion.get(promotionId);
      return offers == null ? 0 : offers.count;
    }

    @Override
    public int offered(String promotionId, Instant since) {
      Offers offers = byPromotion.get(promotionId);
      return offers == null ? 0 : offers.since(since);
    }

    @Override
    public int contacts(Instant since) {
      int sum = 0;
      for (Offers one : byPromotion.values()) {
        sum += one.since(since);
      }
      return sum;
    }
  }
}
