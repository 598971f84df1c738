package io.promoflow.serving.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.RememberedOffers;
import io.promoflow.serving.scoring.Scores;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Decides logged decisions again under other rules, with the features, segment and propensity that
 * they rested on, and counts what would have changed.
 *
 * <p>The log keeps the value of a cart, not its lines: what covers some products or categories only
 * is never offered in a preview. Caps count the offers of the preview itself.
 */
public final class RulePreview {
  /** What stands for no promotion. */
  public static final String NOTHING = "nothing";

  private static final String DECISIONS =
      "SELECT d.*, h.features, h.categories FROM ("
          + DecisionTable.SELECT_BETWEEN
          + ") d LEFT JOIN features.shopper_feature_history h"
          + " ON h.shopper_id = d.shopper_id AND h.as_of = d.features_as_of ORDER BY d.at";
  private static final int AT_ONCE = 10_000;

  private final Decider decider;
  private final RuleSet rules;
  private final Map<String, RememberedOffers> offers = new HashMap<>();
  private final Map<Move, Long> moves = new TreeMap<>();
  private long decisions;
  private long changed;
  private long costBefore;
  private long costAfter;

  private RulePreview(Assumptions assumptions, RuleSet rules) {
    this.decider = new Decider(assumptions);
    this.rules = rules;
  }

  /**
   * From what was given to what would be.
   *
   * @param from promotion, or {@link #NOTHING}
   * @param to promotion, or {@link #NOTHING}
   */
  public record Move(String from, String to) implements Comparable<Move> {
    @Override
    public int compareTo(Move other) {
      int order = from.compareTo(other.from);
      return order == 0 ? to.compareTo(other.to) : order;
    }
  }

  /**
   * What would change.
   *
   * @param from first moment
   * @param until first moment after it
   * @param decisions that were decided again
   * @param changed of them with another promotion, or none
   * @param moves how many went from what to what, unchanged ones included
   * @param costCentsBefore expected cost of what was given, if all of it is used
   * @param costCentsAfter the same of what would be given
   */
  public record Preview(
      Instant from,
      Instant until,
      long decisions,
      long changed,
      Map<Move, Long> moves,
      long costCentsBefore,
      long costCentsAfter) {}

  /** The last moment that was decided for; empty before the first. */
  public static Optional<Instant> newest(DataSource store) {
    try (var connection = store.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT max(at) FROM serving.decisions")) {
      rows.next();
      return Optional.ofNullable(rows.getTimestamp(1)).map(Timestamp::toInstant);
    } catch (SQLException e) {
      throw new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
    }
  }

  /** Decides again what was decided for in [from, until). */
  public static Preview of(
      DataSource store, Assumptions assumptions, RuleSet rules, Instant from, Instant until) {
    var preview = new RulePreview(assumptions, rules);
    try (var connection = store.getConnection()) {
      preview.read(connection, from, until);
    } catch (SQLException e) {
      throw new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
    }
    return new Preview(
        from,
        until,
        preview.decisions,
        preview.changed,
        preview.moves,
        preview.costBefore,
        preview.costAfter);
  }

  private void read(Connection connection, Instant from, Instant until) throws SQLException {
    connection.setAutoCommit(false); // else the driver fetches all rows at once
    try (var statement = connection.prepareStatement(DECISIONS)) {
      statement.setFetchSize(AT_ONCE);
      statement.setObject(1, from.atOffset(ZoneOffset.UTC));
      statement.setObject(2, until.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          again(DecisionTable.read(rows), rows);
        }
      }
    }
  }

  private void again(Decision before, ResultSet row) throws SQLException {
    var request =
        new DecisionRequest(
            before.requestId(),
            before.trigger(),
            before.shopperId(),
            before.at(),
            new Cart(before.cartCents(), List.of()));
    var scores =
        new Scores(
            before.segment(), before.propensity(), before.contributions(), before.modelVersions());
    RememberedOffers caps =
        offers.computeIfAbsent(
            before.shopperId(), id -> new RememberedOffers(new HashMap<>(), new HashMap<>()));
    Decision after =
        decider.decideBriefly(request, features(before, row), scores, rules, caps, null);
    note(before, after, caps);
  }

  private void note(Decision before, Decision after, RememberedOffers caps) {
    String from = before.promotionId() == null ? NOTHING : before.promotionId();
    String to = after.promotionId() == null ? NOTHING : after.promotionId();
    decisions++;
    changed += from.equals(to) ? 0 : 1;
    moves.merge(new Move(from, to), 1L, Long::sum);
    costBefore += before.expectedCostCents();
    costAfter += after.expectedCostCents();
    if (after.promotionId() != null) {
      caps.counts().merge(to, 1, Integer::sum);
      caps.times().computeIfAbsent(to, id -> new ArrayList<>()).add(after.at().toEpochMilli());
    }
  }

  private static FeatureRow features(Decision before, ResultSet row) throws SQLException {
    String values = row.getString("features");
    if (values == null) {
      return null;
    }
    try {
      return new FeatureRow(
          before.shopperId(),
          before.featuresAsOf(),
          Wire.JSON.readValue(values, new TypeReference<Map<String, Double>>() {}),
          Wire.JSON.readValue(
              row.getString("categories"), new TypeReference<Map<String, String>>() {}),
          before.featuresVersion());
    } catch (IOException e) {
      throw new SQLException("features.shopper_feature_history holds unreadable JSON", e);
    }
  }
}
