package io.promoflow.serving;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static io.promoflow.ingestion.store.ColumnType.BOOL;
import static io.promoflow.ingestion.store.ColumnType.FLOAT8;
import static io.promoflow.ingestion.store.ColumnType.INT8;
import static io.promoflow.ingestion.store.ColumnType.JSONB;
import static io.promoflow.ingestion.store.ColumnType.TEXT;
import static io.promoflow.ingestion.store.ColumnType.TIMESTAMPTZ;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.RowWriter;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/** How a decision lies in the table {@code serving.decisions}. */
public final class DecisionTable {
  private static final String COLUMNS =
      "decision_id, request_id, trigger, shopper_id, at, cart_cents, segment, propensity,"
          + " experiment_id, variant, promotion_id, probability, expected_cost_cents, rule_version,"
          + " features_version, features_as_of, candidates, contributions, model_versions,"
          + " prices_version, stale, losses, triggered";

  /** The first decision with an id counts. */
  public static final BulkTable TABLE =
      BulkTable.of(
              "serving.decisions",
              key("decision_id", TEXT),
              column("request_id", TEXT),
              column("trigger", TEXT),
              column("shopper_id", TEXT),
              column("at", TIMESTAMPTZ),
              column("cart_cents", INT8),
              column("segment", TEXT),
              column("propensity", FLOAT8),
              column("experiment_id", TEXT),
              column("variant", TEXT),
              column("promotion_id", TEXT),
              column("probability", FLOAT8),
              column("expected_cost_cents", INT8),
              column("rule_version", INT8),
              column("features_version", TEXT),
              column("features_as_of", TIMESTAMPTZ),
              column("candidates", JSONB),
              column("contributions", JSONB),
              column("model_versions", JSONB),
              column("prices_version", TEXT),
              column("stale", BOOL),
              column("losses", TEXT),
              column("triggered", BOOL))
          .keepFirst();

  public static final String SELECT =
      "SELECT " + COLUMNS + " FROM serving.decisions WHERE decision_id = ?";

  /** The same of many ids. */
  public static final String SELECT_THESE =
      "SELECT " + COLUMNS + " FROM serving.decisions WHERE decision_id = ANY (?)";

  /** What was decided for from one moment until another. */
  public static final String SELECT_BETWEEN =
      "SELECT " + COLUMNS + " FROM serving.decisions WHERE at >= ? AND at < ?";

  /**
   * What some shoppers were offered: shopper id, promotion id, decision id and moment of the newest
   * offers of each promotion, with the number of the older ones. Takes the shoppers, how many are
   * the newest, up to how many older ones are counted, and again how many are the newest.
   *
   * <p>Steps from promotion to promotion by the index, so that neither what a shopper was not
   * offered nor what he was offered long ago is read, however much that is.
   */
  public static final String OFFERS =
      """
      WITH RECURSIVE offered (shopper_id, promotion_id) AS (
        SELECT s.id,
               (SELECT d.promotion_id FROM serving.decisions d
                 WHERE d.shopper_id = s.id AND d.promotion_id IS NOT NULL
                 ORDER BY d.promotion_id LIMIT 1)
          FROM unnest(?) AS s (id)
        UNION ALL
        SELECT o.shopper_id,
               (SELECT d.promotion_id FROM serving.decisions d
                 WHERE d.shopper_id = o.shopper_id AND d.promotion_id > o.promotion_id
                 ORDER BY d.promotion_id LIMIT 1)
          FROM offered o WHERE o.promotion_id IS NOT NULL),
      counted AS MATERIALIZED (
        SELECT o.shopper_id, o.promotion_id,
               (SELECT count(*) FROM (
                  SELECT FROM serving.decisions d
                   WHERE d.shopper_id = o.shopper_id AND d.promotion_id = o.promotion_id
                  OFFSET ? LIMIT ?) AS older) AS older
          FROM offered o WHERE o.promotion_id IS NOT NULL)
      SELECT c.shopper_id, c.promotion_id, newest.decision_id, newest.at, c.older
        FROM counted c
       CROSS JOIN LATERAL (
         SELECT d.decision_id, d.at FROM serving.decisions d
          WHERE d.shopper_id = c.shopper_id AND d.promotion_id = c.promotion_id
          ORDER BY d.at DESC LIMIT ?) AS newest
      """;

  /** The rules under which it was decided from one moment until another. */
  public static final String RULES_BETWEEN =
      "SELECT DISTINCT rule_version FROM serving.decisions WHERE at >= ? AND at < ?";

  private static final String SHOPPERS_BETWEEN =
      "(SELECT shopper_id FROM serving.decisions WHERE at >= ? AND at < ?)";

  /**
   * How often promotions were offered before a moment to those who are decided for from one moment
   * until another: shopper id, promotion id and number. Takes the moment, the promotions and both
   * moments.
   */
  public static final String OFFERS_COUNTED =
      "SELECT shopper_id, promotion_id, count(*) FROM serving.decisions"
          + " WHERE at < ? AND promotion_id = ANY (?) AND shopper_id IN "
          + SHOPPERS_BETWEEN
          + " GROUP BY shopper_id, promotion_id";

  /**
   * When they were offered any, or some promotions, in order: shopper id, promotion id and moment.
   * Takes from when until before when, whether any, the promotions and both moments.
   */
  public static final String OFFERS_BETWEEN =
      "SELECT shopper_id, promotion_id, at FROM serving.decisions"
          + " WHERE at >= ? AND at < ? AND promotion_id IS NOT NULL"
          + " AND (? OR promotion_id = ANY (?)) AND shopper_id IN "
          + SHOPPERS_BETWEEN
          + " ORDER BY at, decision_id";

  private DecisionTable() {}

  public static void bind(RowWriter row, Decision decision) {
    row.text(decision.decisionId())
        .text(decision.requestId())
        .text(decision.trigger().name())
        .text(decision.shopperId())
        .timestamptz(decision.at())
        .int8(decision.cartCents())
        .text(decision.segment())
        .float8(decision.propensity())
        .text(decision.experimentId())
        .text(decision.variant())
        .text(decision.promotionId())
        .float8(decision.probability())
        .int8(decision.expectedCostCents())
        .int8(decision.ruleVersion())
        .text(decision.featuresVersion())
        .timestamptz(decision.featuresAsOf())
        .jsonb(decision.candidates())
        .jsonb(decision.contributions())
        .jsonb(decision.modelVersions())
        .text(decision.pricesVersion())
        .bool(decision.stale())
        .text(decision.losses())
        .bool(decision.triggered());
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
        json(row.getString(18), new TypeReference<List<Decision.Contribution>>() {}),
        row.getString(20),
        row.getBoolean(21),
        row.getString(22),
        row.getObject(23, Boolean.class));
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
