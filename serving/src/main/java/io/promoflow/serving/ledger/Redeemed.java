package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How often each shopper has redeemed each promotion that has a cap. */
final class Redeemed {
  private record Who(String promotionId, String shopperId) {}

  private final Map<Who, Map<String, Instant>> moments = new HashMap<>();

  private Redeemed() {}

  /** What the shoppers of these promises have redeemed, read under the locks of the accounts. */
  static Redeemed find(
      Connection connection, Collection<AccountRow> accounts, Collection<Promise> promises)
      throws SQLException {
    var found = new Redeemed();
    Set<String> capped =
        accounts.stream()
            .filter(row -> row.perShopperCap() != null)
            .map(AccountRow::promotionId)
            .collect(Collectors.toSet());
    if (!capped.isEmpty()) {
      Set<String> shoppers =
          promises.stream()
              .filter(promise -> capped.contains(promise.promotionId()))
              .map(Promise::shopperId)
              .collect(Collectors.toSet());
      PromiseRows.redeemed(connection, capped, shoppers).forEach(found::now);
    }
    return found;
  }

  /** Takes what became of a promise into account. */
  void now(Promise promise) {
    Map<String, Instant> of =
        moments.computeIfAbsent(
            new Who(promise.promotionId(), promise.shopperId()), who -> new HashMap<>());
    if (promise.status() == Promise.Status.COMMITTED) {
      of.put(promise.decisionId(), promise.spentAt());
    } else {
      of.remove(promise.decisionId());
    }
  }

  /** Whether one more redemption at a moment would be one too many. */
  boolean capReached(AccountRow row, Promise promise, Instant at) {
    if (row.perShopperCap() == null) {
      return false;
    }
    Instant after = row.capCountsAfter(at);
    long counted =
        moments
            .getOrDefault(new Who(promise.promotionId(), promise.shopperId()), Map.of())
            .values()
            .stream()
            .filter(moment -> after == null || moment.isAfter(after))
            .count();
    return counted >= row.perShopperCap();
  }
}
