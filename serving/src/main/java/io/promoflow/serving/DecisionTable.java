package io.promoflow.serving;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** How a decision lies in the table {@code serving.decisions}. */
public final class DecisionTable {
  private static final String COLUMNS =
      "decision_id, request_id, trigger, shopper_id, at, cart_cents, segment, propensity,"
          + " experiment_id, variant, promotion_id, probability, expected_cost_cents, rule_version,"
          + " features_version, features_as_of, candidates, contributions, model_versions";

  /** The first decision with an id counts. */
  public static final String INSERT =
      "INSERT INTO serving.decisions ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb)"
          + " ON CONFLICT (decision_id) DO NOTHING";

  public static final String SELECT =
      "SELECT " + COLUMNS + " FROM serving.decisions WHERE decision_id = ?";

  /** What a shopper was offered: decision id and promotion id. */
  public static final String OFFERS =
      "SELECT decision_id, promotion_id FROM serving.decisions"
          + " WHERE shopper_id = ? AND promotion_id IS NOT NULL";

  private DecisionTable() {}

  public static void bind(PreparedStatement row, Decision decision) throws SQLException {
    row.setString(1, decision.decisionId());
    row.setString(2, decision.requestId());
    row.setString(3, decision.trigger().name());
    row.setString(4, decision.shopperId());
    row.setObject(5, moment(decision.at()));
    row.setLong(6, decision.cartCents());
    row.setString(7, decision.segment());
    row.setObject(8, decision.propensity(), Types.DOUBLE);
    row.setString(9, decision.experimentId());
    row.setString(10, decision.variant());
    row.setString(11, decision.promotionId());
    row.setDouble(12, decision.probability());
    row.setLong(13, decision.expectedCostCents());
    row.setLong(14, decision.ruleVersion());
    row.setString(15, decision.featuresVersion());
    row.setObject(16, moment(decision.featuresAsOf()), Types.TIMESTAMP_WITH_TIMEZONE);
    row.setString(17, Wire.text(decision.candidates()));
    row.setString(18, Wire.text(decision.contributions()));
    row.setString(19, Wire.text(decision.modelVersions()));
  }

  /** The decision in the current row of {@link #SELECT}. */
  public static Decision read(ResultSet row) throws SQLException {
    return new Decision(
        row.getString(1),
        row.getString(2),
        Trigger.valueOf(row.getString(3)),
        row.getString(4),
        instant(row.getObject(5, OffsetDateTime.class)),
        row.getLong(6),
        row.getString(7),
        row.getObject(8, Double.class),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getDouble(12),
        row.getLong(13),
        json(row.getString(17), new TypeReference<List<Decision.Candidate>>() {}),
        row.getLong(14),
        json(row.getString(19), new TypeReference<Map<String, String>>() {}),
        row.getString(15),
        instant(row.getObject(16, OffsetDateTime.class)),
        json(row.getString(18), new TypeReference<List<Decision.Contribution>>() {}));
  }

  private static OffsetDateTime moment(Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }

  private static <T> T json(String text, TypeReference<T> type) throws SQLException {
    try {
      return Wire.JSON.readValue(text, type);
    } catch (IOException e) {
      throw new SQLException("serving.decisions holds unreadable JSON: " + text, e);
    }
  }
}
