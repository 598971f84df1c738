package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.serving.Caps;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.RememberedOffers;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** What shoppers had been offered when a logged decision was made; goes along with the log. */
final class OffersSoFar {
  private static final int AT_ONCE = 10_000;

  private final Map<String, RememberedOffers> byShopper = new HashMap<>();

  /** What had been offered before a moment. */
  static OffersSoFar before(DataSource store, Instant moment) {
    var offers = new OffersSoFar();
    try (var connection = store.getConnection()) {
      connection.setAutoCommit(false); // else the driver fetches all rows at once
      try (var statement = connection.prepareStatement(DecisionTable.OFFERS_BEFORE)) {
        statement.setFetchSize(AT_ONCE);
        statement.setObject(1, moment.atOffset(ZoneOffset.UTC));
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            Instant at = rows.getObject(3, OffsetDateTime.class).toInstant();
            offers.add(rows.getString(1), rows.getString(2), at);
          }
        }
      } finally {
        connection.rollback(); // nothing was written
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
    }
    return offers;
  }

  Caps of(String shopper) {
    return remembered(shopper);
  }

  /** Goes past a decision. */
  void note(Decision decision) {
    if (decision.promotionId() != null) {
      add(decision.shopperId(), decision.promotionId(), decision.at());
    }
  }

  private void add(String shopper, String promotion, Instant at) {
    RememberedOffers offers = remembered(shopper);
    offers.counts().merge(promotion, 1, Integer::sum);
    offers.times().computeIfAbsent(promotion, id -> new ArrayList<>()).add(at.toEpochMilli());
  }

  private RememberedOffers remembered(String shopper) {
    return byShopper.computeIfAbsent(
        shopper, id -> new RememberedOffers(new HashMap<>(), new HashMap<>()));
  }
}
