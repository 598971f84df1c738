package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.DualPrices.Price;
import io.promoflow.serving.allocation.PriceRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The dual prices that logged decisions name, from {@code serving.dual_prices}. */
final class LoggedPrices {
  private static final String SELECT =
      "SELECT promotion_id, at, per_budget_cent, per_unit, contact_cents"
          + " FROM serving.dual_prices WHERE version = ?";

  private final DataSource store;
  private final Map<String, Optional<DualPrices>> known = new HashMap<>();

  LoggedPrices(DataSource store) {
    this.store = store;
  }

  /**
   * Whether a decision names some that nobody has any more. Where nothing was scarce older releases
   * wrote no row: there is nothing to lose then.
   *
   * @param then the rules that it was made under; null when they are lost
   */
  boolean areLost(Decision decision, RuleSet then) {
    return decision.pricesVersion() != null
        && of(decision) == null
        && (then == null || isAnythingScarce(then) || tellsAPrice(decision));
  }

  private static boolean isAnythingScarce(RuleSet rules) {
    return rules.contactCaps().stream().anyMatch(cap -> cap.campaign() == null)
        || rules.promotions().stream()
            .anyMatch(one -> one.budgetCents() != null || one.stock() != null);
  }

  /** It may have been made by prices of the rules before. */
  private static boolean tellsAPrice(Decision decision) {
    return decision.candidates().stream()
        .anyMatch(one -> one.priceCents() != null && one.priceCents() > 0);
  }

  /** Those that a decision names; null when it names none, they are lost, or were of nothing. */
  DualPrices of(Decision decision) {
    String version = decision.pricesVersion();
    return version == null ? null : known.computeIfAbsent(version, this::read).orElse(null);
  }

  private Optional<DualPrices> read(String version) {
    var prices = new HashMap<String, Price>();
    Instant at = null;
    double contact = 0;
    try (var connection = store.getConnection();
        PreparedStatement query = connection.prepareStatement(SELECT)) {
      query.setString(1, version);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          at = row.getObject(2, OffsetDateTime.class).toInstant();
          prices.put(row.getString(1), new Price(row.getDouble(3), row.getDouble(4)));
          contact = row.getDouble(5);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("serving.dual_prices cannot be read: " + e.getMessage(), e);
    }
    prices.remove(PriceRow.NO_PROMOTION);
    return at == null
        ? Optional.empty()
        : Optional.of(new DualPrices(version, at, Map.copyOf(prices), contact));
  }
}
