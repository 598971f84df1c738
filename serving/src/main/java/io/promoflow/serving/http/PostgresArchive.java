package io.promoflow.serving.http;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.RememberedOffers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The table {@code serving.decisions}, which the job fills from the topic within a second. */
public final class PostgresArchive implements DecisionArchive {
  /** A question would rather be answered from memory than wait for a store that hangs. */
  private static final int PATIENCE_SECONDS = 2;

  /** State of a statement that ran too long, and was stopped. */
  private static final String CANCELLED = "57014";

  private final HikariDataSource pool;

  /** Closes the pool when it is closed. */
  public PostgresArchive(HikariDataSource pool) {
    this.pool = pool;
  }

  @Override
  public Map<String, Decision> find(Collection<String> decisionIds) {
    var found = new HashMap<String, Decision>();
    forEach(
        DecisionTable.SELECT_THESE,
        decisionIds,
        none -> {},
        row -> {
          Decision decision = DecisionTable.read(row);
          found.put(decision.decisionId(), decision);
        });
    return found;
  }

  @Override
  public Map<String, Offers> offers(Collection<String> shopperIds, int most) {
    var offers = new HashMap<String, Offers>();
    forEach(
        DecisionTable.OFFERS,
        shopperIds,
        query -> {
          query.setInt(2, RememberedOffers.MOST_TIMES);
          query.setInt(3, Math.max(0, most - RememberedOffers.MOST_TIMES));
          query.setInt(4, RememberedOffers.MOST_TIMES);
        },
        row -> {
          String promotion = row.getString(2);
          Instant at = row.getObject(4, OffsetDateTime.class).toInstant();
          offers
              .computeIfAbsent(row.getString(1), id -> new Offers(new HashMap<>(), new HashMap<>()))
              .add(row.getString(3), new Offer(promotion, at), row.getInt(5));
        });
    return offers;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private interface Binder {
    void bind(PreparedStatement query) throws SQLException;
  }

  private void forEach(String sql, Collection<String> keys, Binder more, RowReader to) {
    try (Connection connection = pool.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setQueryTimeout(PATIENCE_SECONDS);
      query.setArray(1, connection.createArrayOf("text", keys.toArray()));
      more.bind(query);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          to.read(rows);
        }
      }
    } catch (SQLException e) {
      throw CANCELLED.equals(e.getSQLState())
          ? new SlowStatementException("serving.decisions is not read in time", e)
          : new IllegalStateException("serving.decisions cannot be read", e);
    }
  }

  @Override
  public Optional<RuleSet> rules(long version) {
    try (Connection connection = pool.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT rules FROM serving.rule_versions WHERE version = ?")) {
      query.setQueryTimeout(PATIENCE_SECONDS);
      query.setLong(1, version);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next()
            ? Optional.of(Wire.JSON.readValue(rows.getString(1), RuleSet.class))
            : Optional.empty();
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("serving.rule_versions cannot be read", e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
