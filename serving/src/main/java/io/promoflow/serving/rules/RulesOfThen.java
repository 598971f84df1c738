package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** The rule versions that logged decisions name, each read when it is asked for first. */
public final class RulesOfThen {
  private final DataSource store;
  private final Map<Long, Optional<RuleSet>> known = new HashMap<>();

  /** Reads nothing yet. */
  public RulesOfThen(DataSource store) {
    this.store = store;
  }

  /** Null when nobody has them any more. */
  public RuleSet of(long version) {
    return known.computeIfAbsent(version, this::read).orElse(null);
  }

  private Optional<RuleSet> read(long version) {
    try (var connection = store.getConnection()) {
      return RuleStore.version(connection, version).map(RuleVersion::rules);
    } catch (SQLException e) {
      throw new IllegalStateException("rule versions cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a promotion may cost as much, as often and in the same time in both; null is lost. */
  static boolean hasSameLimits(String promotion, RuleSet then, RuleSet now) {
    Promotion one = find(promotion, then);
    Promotion other = find(promotion, now);
    return one != null
        && other != null
        && one.terms().equals(other.terms())
        && Objects.equals(one.budgetCents(), other.budgetCents())
        && Objects.equals(one.stock(), other.stock())
        && Objects.equals(one.from(), other.from())
        && Objects.equals(one.until(), other.until())
        && one.periods().equals(other.periods());
  }

  /** Null when the rules have it not, or are lost. */
  static Promotion find(String promotion, RuleSet rules) {
    return rules == null
        ? null
        : rules.promotions().stream()
            .filter(one -> one.id().equals(promotion))
            .findFirst()
            .orElse(null);
  }
}
