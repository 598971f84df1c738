package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** The rule versions that logged decisions name, each read when it is asked for first. */
public final class RulesOfThen {
  /** Stands behind the id of a promotion that other rules give another content. */
  private static final String CHANGED = " (changed)";

  private final DataSource store;
  private final Map<Long, Optional<RuleSet>> known = new Newest<>();

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

  /**
   * A choice under other rules, as the rules of then would call it: a promotion of another kind, on
   * other terms or for other products is another choice than the one of then with its id.
   *
   * @param then null when they are lost
   */
  static String named(String choice, RuleSet then, RuleSet now) {
    return isChanged(choice, then, now) ? choice + CHANGED : choice;
  }

  /** Whether both have a promotion of this id, but not the same one. */
  static boolean isChanged(String choice, RuleSet then, RuleSet now) {
    Promotion one = find(choice, then);
    Promotion other = find(choice, now);
    return one != null
        && other != null
        && !(one.kind() == other.kind()
            && one.terms().equals(other.terms())
            && other.asksForSameProducts(one));
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

  /** Whether a ledger may refuse it at all. */
  static boolean isLimited(String promotion, RuleSet rules) {
    Promotion one = find(promotion, rules);
    return one != null && (one.budgetCents() != null || one.stock() != null);
  }
}
