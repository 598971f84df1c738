package io.promoflow.serving.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.LoggedMargin;
import io.promoflow.serving.scoring.Scores;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A decision from the log with what it rested on, so that it can be made again.
 *
 * @param decision as it was made
 * @param features null when there was no row
 * @param margin what the shop makes of the cart; null as long as nobody found it out
 */
record LoggedDecision(Decision decision, FeatureRow features, Told margin) {
  private static final String DECISIONS =
      "SELECT d.*, h.features, h.categories FROM ("
          + DecisionTable.SELECT_BETWEEN
          + ") d LEFT JOIN features.shopper_feature_history h"
          + " ON h.shopper_id = d.shopper_id AND h.as_of = d.features_as_of"
          + " ORDER BY d.at, d.decision_id";
  private static final int AT_ONCE = 1_000;

  /**
   * What the candidates tell of the margin of a cart.
   *
   * @param by shares of categories by which it was reckoned
   */
  record Told(double cents, Margin by) {}

  /** One of whose cart nothing is found out yet. */
  LoggedDecision(Decision decision, FeatureRow features) {
    this(decision, features, null);
  }

  /** Goes through what was decided for in [from, until), in order. */
  static void forEach(
      DataSource store, Instant from, Instant until, Consumer<LoggedDecision> taker) {
    try (var connection = store.getConnection()) {
      connection.setAutoCommit(false); // else the driver fetches all rows at once
      try (var statement = connection.prepareStatement(DECISIONS)) {
        statement.setFetchSize(AT_ONCE);
        statement.setObject(1, from.atOffset(ZoneOffset.UTC));
        statement.setObject(2, until.atOffset(ZoneOffset.UTC));
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            Decision decision = DecisionTable.read(rows);
            taker.accept(new LoggedDecision(decision, features(decision, rows)));
          }
        }
      } finally {
        connection.rollback(); // nothing was written
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The same question under some rules; of the cart the log keeps only the value, of the rest no
   * channel, nor a level that the question told. Its margin is that of then where the rules reckon
   * as then.
   */
  DecisionRequest request(RuleSet under) {
    var request =
        new DecisionRequest(
            decision.requestId(),
            decision.trigger(),
            decision.shopperId(),
            decision.at(),
            new Cart(decision.cartCents(), List.of()));
    return tellsMargin(under) ? request.making(margin.cents()) : request;
  }

  /**
   * The same with what its candidates tell of the margin of the cart.
   *
   * @param then the rules that it was made under; null when they are lost
   * @param scores what the models of then say
   */
  LoggedDecision knowingMargin(RuleSet then, Scores scores, Assumptions assumptions) {
    if (then == null || !restsOnLines(then)) {
      return this;
    }
    OptionalDouble cents = LoggedMargin.cents(decision, then, scores, assumptions);
    return cents.isEmpty() || !isMarginOfCart(cents.getAsDouble(), then)
        ? this
        : new LoggedDecision(decision, features, new Told(cents.getAsDouble(), then.margin()));
  }

  /** Releases that did not know that a cart may be worth less than its lines told more. */
  private boolean isMarginOfCart(double cents, RuleSet then) {
    var shares = then.margin().categories().values();
    double least = Math.min(then.margin().share(), Collections.min(shares));
    double most = Math.max(then.margin().share(), Collections.max(shares));
    return cents >= least * decision.cartCents() - 1 && cents <= most * decision.cartCents() + 1;
  }

  /** Whether the margin of its cart is more than a share of the value: what lines would tell. */
  boolean restsOnLines(RuleSet under) {
    return decision.cartCents() > 0
        && under.margin() != null
        && !under.margin().categories().isEmpty();
  }

  /** Whether the margin that was found out is the one under these rules. */
  boolean tellsMargin(RuleSet under) {
    return margin != null
        && under.margin() != null
        && margin.by().share() == under.margin().share()
        && margin.by().categories().equals(under.margin().categories());
  }

  /** Whether it rested on features that nobody kept. */
  boolean featuresAreLost() {
    return decision.featuresAsOf() != null && features == null;
  }

  /**
   * What the models said then.
   *
   * @param responses which the log does not keep, see {@link AskedAgain}
   */
  Scores scores(Map<String, Double> responses) {
    return new Scores(
        decision.segment(),
        decision.propensity(),
        decision.contributions(),
        decision.modelVersions(),
        responses);
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
