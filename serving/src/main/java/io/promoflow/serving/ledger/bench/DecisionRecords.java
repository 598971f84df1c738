package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;

/** The table of decisions, into which a killed server's decision comes by the topic. */
final class DecisionRecords {
  private static final String SQL =
      "INSERT INTO serving.decisions (decision_id, request_id, trigger, shopper_id, at, cart_cents,"
          + " promotion_id, probability, expected_cost_cents, rule_version, candidates,"
          + " contributions, model_versions)"
          + " VALUES (?, ?, 'VISIT', ?, ?, 0, ?, 1, ?, 1, '[]', '[]', '{}')"
          + " ON CONFLICT DO NOTHING";

  private final Postgres place;

  DecisionRecords(Postgres place) {
    this.place = place;
  }

  /** Writes it, however long the store is away. */
  void arrive(String decision, String promotion, String shopper, long cents) {
    while (!isWritten(decision, promotion, shopper, cents)) {
      Pause.millis(50);
    }
  }

  private boolean isWritten(String decision, String promotion, String shopper, long cents) {
    try (var connection = DriverManager.getConnection(place.url(), place.user(), place.password());
        PreparedStatement insert = connection.prepareStatement(SQL)) {
      insert.setString(1, decision);
      insert.setString(2, decision);
      insert.setString(3, shopper);
      insert.setObject(4, StressServer.NOON.atOffset(ZoneOffset.UTC));
      insert.setString(5, promotion);
      insert.setLong(6, cents);
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      return false; // killed meanwhile: the caller comes again
    }
  }
}
