package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * How far budgets and stocks reach that planned rules cut, or are the first to have, while logged
 * decisions are made again; goes along with the log.
 *
 * <p>What was spent or promised when the span began counts, and whatever the planned rules promise
 * in it, as if all of it were used. Up to the limit a promise is sure. Beyond it nobody knows,
 * since promises that are not used come back, and how many of these would have been is not in the
 * log.
 */
final class PlannedLimits {
  private static final String USED =
      """
      SELECT promotion_id,
             sum(CASE WHEN spent_at < ? THEN spent_cents ELSE cost_cents END),
             count(*)
        FROM serving.budget_promises
       WHERE at < ?
         AND CASE WHEN spent_at < ? THEN status = 'COMMITTED'
                  ELSE due_at > ? AND status IN ('RESERVED', 'COMMITTED', 'REFUNDED') END
       GROUP BY promotion_id
      """;
  private static final Use NOTHING = new Use(0, 0);

  private final Map<String, Promotion> planned = new HashMap<>();
  private final RuleSet inForce;
  private final Map<String, Use> used;
  private final Set<String> reached = new HashSet<>();

  private record Use(double cents, double units) {
    Use plus(double share, long costCents) {
      return new Use(cents + share * costCents, units + share);
    }
  }

  private PlannedLimits(RuleSet rules, RuleSet inForce, Map<String, Use> used) {
    this.inForce = inForce;
    rules.promotions().forEach(one -> planned.put(one.id(), one));
    this.used = used;
  }

  /** Before the first of what was decided for from a moment on. */
  static PlannedLimits at(Instant from, DataSource store, RuleSet rules) {
    var used = new HashMap<String, Use>();
    RuleSet inForce;
    try (var connection = store.getConnection();
        var statement = connection.prepareStatement(USED)) {
      inForce = RuleStore.current(connection).map(RuleVersion::rules).orElse(null);
      for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
        statement.setObject(i, from.atOffset(ZoneOffset.UTC));
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          used.put(rows.getString(1), new Use(rows.getDouble(2), rows.getDouble(3)));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("promises cannot be read: " + e.getMessage(), e);
    }
    return new PlannedLimits(rules, inForce, used);
  }

  /**
   * Whether one more promise is surely covered. Once one is not, none after it is.
   *
   * @param then the rules that the logged decision was made under; null when they are lost
   */
  boolean cover(String promotion, long costCents, RuleSet then) {
    boolean covered = wouldCover(promotion, costCents, then);
    if (!covered) {
      reached.add(promotion);
    }
    return covered;
  }

  /** The same of a promise that is not given. */
  boolean wouldCover(String promotion, long costCents, RuleSet then) {
    Promotion one = planned.get(promotion);
    if (one == null || reached.contains(promotion)) {
      return one == null;
    }
    Use with = used.getOrDefault(promotion, NOTHING).plus(1, costCents);
    return holds(one, Promotion::budgetCents, with.cents(), then)
        && holds(one, Promotion::stock, with.units(), then);
  }

  /**
   * What a limit that is no lower than then, or than the one in force by now, would have refused
   * the ledger has said itself.
   */
  private boolean holds(Promotion one, Function<Promotion, Long> limit, double use, RuleSet then) {
    Long most = limit.apply(one);
    return most == null
        || use <= most
        || isNoHigher(RulesOfThen.find(one.id(), then), limit, most)
        || isNoHigher(RulesOfThen.find(one.id(), inForce), limit, most);
  }

  private static boolean isNoHigher(Promotion other, Function<Promotion, Long> limit, long most) {
    Long others = other == null ? null : limit.apply(other);
    return others != null && others <= most;
  }

  /**
   * Goes past a decision.
   *
   * @param share how probable the promise is
   */
  void promise(String promotion, long costCents, double share) {
    used.put(promotion, used.getOrDefault(promotion, NOTHING).plus(share, costCents));
  }
}
