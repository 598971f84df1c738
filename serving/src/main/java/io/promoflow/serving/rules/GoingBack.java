package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StorableTime;
import io.promoflow.serving.ledger.UsedBudgets;
import io.promoflow.serving.ledger.UsedBudgets.Bound;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Goes back to an earlier version of the rules, inside a transaction that somebody else holds. Time
 * went on since: what the version asks for must still be declared, and its budgets must still hold.
 */
final class GoingBack {
  private final Connection connection;
  private final Instant now;
  private final RuleSet current;

  /**
   * From the rules in force now.
   *
   * @throws RefusedException when there are none
   */
  GoingBack(Connection connection, Instant now) throws SQLException {
    this.connection = connection;
    this.now = now;
    this.current =
        RuleStore.current(connection)
            .map(RuleVersion::rules)
            .orElseThrow(() -> new RefusedException("there are no rules yet"));
  }

  /**
   * The next version, with the rules of an earlier one and the file that they stand on.
   *
   * @throws RefusedException when the version is not there, its budgets no longer hold, no ledger
   *     holds its times or it is too large to be told
   */
  RuleVersion to(long version, Vocabulary vocabulary, String author, String note)
      throws SQLException {
    RuleSet then =
        RuleStore.version(connection, version)
            .map(RuleVersion::rules)
            .orElseThrow(() -> new RefusedException("there is no rule version " + version));
    String text =
        RuleStore.newestText(connection, version)
            .orElseThrow(
                () -> new RefusedException("rule version %d has no file".formatted(version)));
    RuleFile.stored("rule version " + version, text, vocabulary); // refuses what is gone
    refuseTimesThatNoLedgerHolds(then);
    refuseBudgetsThatNoLongerHold(then);
    RuleSet next = then.as(current.version() + 1, author, note, now, null);
    TellableSize.check(next);
    return new RuleVersion(next, null, text, version);
  }

  /**
   * What becomes of the rules in force; nothing when they, their file and the adjustments that they
   * stand on are the same.
   */
  RuleChange change(RuleVersion next) throws SQLException {
    return RulePlan.between(current, next.rules()).isEmpty()
            && new Planning(connection, now).says(next.sourceText())
            && new Carrying(connection, now).isAsAt(next.backTo(), current.version())
        ? RuleChange.none(current)
        : new RuleChange(current, next.rules());
  }

  /** The ledger keeps to it from the end of the transaction on, as with a moved budget. */
  void putInForce(RuleVersion next) throws SQLException {
    RuleStore.insert(connection, next);
    UsedBudgets.follow(connection, next.rules());
    var carrying = new Carrying(connection, now);
    carrying.asAt(next.backTo(), next.rules(), current.version());
    carrying.retireWhatNeedNotWait(next.rules().author());
  }

  private static void refuseTimesThatNoLedgerHolds(RuleSet then) {
    for (Promotion one : then.promotions()) {
      Stream.concat(Stream.of(new Period(one.from(), one.until())), one.periods().stream())
          .flatMap(period -> Stream.of(period.from(), period.until()))
          .filter(moment -> moment != null && !StorableTime.holds(moment))
          .findFirst()
          .ifPresent(
              moment -> {
                throw new RefusedException(
                    "%s: from or until in rule version %d is outside the years 1 to 9999"
                        .formatted(one.id(), then.version()));
              });
    }
  }

  private void refuseBudgetsThatNoLongerHold(RuleSet then) throws SQLException {
    Map<String, Bound> bound = UsedBudgets.lockBound(connection);
    Map<String, Promotion> live =
        current.promotions().stream().collect(Collectors.toMap(Promotion::id, one -> one));
    var problems = new ArrayList<String>();
    for (Promotion one : then.promotions()) {
      Bound used = bound.getOrDefault(one.id(), Bound.NOTHING);
      Promotion today = live.get(one.id());
      for (Limit limit : Limit.values()) {
        Long wanted = limit.of.apply(one);
        long taken = limit.taken.apply(used);
        boolean isCut = today == null || isBelow(wanted, limit.of.apply(today));
        if (wanted != null && isCut && taken > wanted) {
          problems.add(
              "%s: %s was %d in rule version %d, %d are spent or promised by now"
                  .formatted(one.id(), limit.key, wanted, then.version(), taken));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new RefusedException(String.join("\n", problems));
    }
  }

  private static boolean isBelow(Long wanted, Long live) {
    return wanted != null && (live == null || wanted < live);
  }

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private enum Limit {
    BUDGET("budgetCents", Promotion::budgetCents, Bound::cents),
    STOCK("stock", Promotion::stock, Bound::units);

    private final String key;
    private final Function<Promotion, Long> of;
    private final Function<Bound, Long> taken;

    Limit(String key, Function<Promotion, Long> of, Function<Bound, Long> taken) {
      this.key = key;
      this.of = of;
      this.taken = taken;
    }
  }
}
