package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What refunds of each decision were told so far. A shop may tell the same one by HTTP, by the
 * cancellation of a line and by its refund. What each of them tells adds up; of several, the one
 * that tells most counts, so that nothing comes back twice in whatever order they come.
 */
final class Refunds {
  private record Line(String orderId, String productId) {}

  /** Of one decision. */
  private static final class Told {
    private long byHttp;
    private final Map<Line, Map<ShopEventType, Long>> byEvents = new HashMap<>();

    private void add(Reversal reversal, long cents) {
      if (reversal == null) {
        byHttp += cents;
      } else {
        byEvents
            .computeIfAbsent(
                new Line(reversal.orderId(), reversal.productId()),
                line -> new EnumMap<>(ShopEventType.class))
            .merge(reversal.type(), cents, Long::sum);
      }
    }

    private long back() {
      long sum = 0;
      for (Map<ShopEventType, Long> line : byEvents.values()) {
        sum += line.values().stream().mapToLong(Long::longValue).max().orElse(0);
      }
      return Math.max(byHttp, sum);
    }
  }

  private final Map<String, Told> decisions = new HashMap<>();

  private Refunds() {}

  /** Of the decisions that some of these redemptions refund or correct, read under the locks. */
  static Refunds find(Connection connection, List<Redemption> asked, Map<String, Promise> promises)
      throws SQLException {
    Collection<String> refunded =
        asked.stream()
            .filter(one -> isOfCents(one) || isCostAssumed(promises.get(one.decisionId())))
            .map(Redemption::decisionId)
            .distinct()
            .toList();
    var found = new Refunds();
    if (!refunded.isEmpty()) {
      SettlementRows.refunds(connection, refunded).forEach(found::told);
    }
    return found;
  }

  private static boolean isCostAssumed(Promise promise) {
    return promise != null && promise.isCostAssumed();
  }

  private static boolean isOfCents(Redemption asked) {
    return asked.action() == Action.REFUND && asked.costCents() != null;
  }

  private Told of(Redemption asked) {
    return decisions.computeIfAbsent(asked.decisionId(), id -> new Told());
  }

  /** What came back of a decision, by all that was told. */
  long back(String decision) {
    Told told = decisions.get(decision);
    return told == null ? 0 : told.back();
  }

  /** Takes one that is carried out into account. */
  void told(Redemption asked) {
    if (isOfCents(asked)) {
      of(asked).add(asked.reversal(), asked.costCents());
    }
  }

  /** The redemption with what it gives back beyond what was told before. */
  Redemption beyond(Redemption asked) {
    if (!isOfCents(asked)) {
      return asked;
    }
    Told told = of(asked);
    long before = told.back();
    told.add(asked.reversal(), asked.costCents());
    long back = told.back() - before;
    told.add(asked.reversal(), -asked.costCents());
    return asked.costing(back);
  }
}
