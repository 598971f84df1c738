package io.promoflow.serving.http;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The table {@code serving.decisions}, which the job fills from the topic within a second. */
public final class PostgresArchive implements DecisionArchive {
  /** A question would rather be answered from memory than wait for a store that hangs. */
  private static final int PATIENCE_SECONDS = 2;

  private final HikariDataSource pool;

  /** Closes the pool when it is closed. */
  public PostgresArchive(HikariDataSource pool) {
    this.pool = pool;
  }

  @Override
  public Optional<Decision> find(String decisionId) {
    try (Connection connection = pool.getConnection();
        PreparedStatement query = connection.prepareStatement(DecisionTable.SELECT)) {
      query.setQueryTimeout(PATIENCE_SECONDS);
      query.setString(1, decisionId);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(DecisionTable.read(rows)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("serving.decisions cannot be read", e);
    }
  }

  @Override
  public Map<String, Offer> offers(String shopperId) {
    try (Connection connection = pool.getConnection();
        PreparedStatement query = connection.prepareStatement(DecisionTable.OFFERS)) {
      query.setQueryTimeout(PATIENCE_SECONDS);
      query.setString(1, shopperId);
      try (ResultSet rows = query.executeQuery()) {
        var offers = new HashMap<String, Offer>();
        while (rows.next()) {
          Instant at = rows.getObject(3, OffsetDateTime.class).toInstant();
          offers.put(rows.getString(1), new Offer(rows.getString(2), at));
        }
        return offers;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("serving.decisions cannot be read", e);
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
