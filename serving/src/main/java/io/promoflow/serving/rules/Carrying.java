package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.ledger.UsedBudgets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Carries strategy adjustments out and back, within a transaction that holds the rule book's lock.
 * A moved budget is in the ledger when the transaction ends, so that nobody can promise the same
 * cents under both budgets.
 */
final class Carrying {
  private final Connection connection;
  private final Instant now;

  Carrying(Connection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /** What the rules in force want to become of a proposal; empty when they let nothing move. */
  Optional<Mode> mode(StrategyAdjustment proposed) throws SQLException {
    Optional<RuleSet> rules = RuleStore.current(connection).map(RuleVersion::rules);
    if (proposed.change() == Change.MOVE_BUDGET) {
      return rules.map(RuleSet::budgetMoves).map(BudgetMoves::mode);
    }
    return rules.stream()
        .flatMap(set -> set.experiments().stream())
        .filter(experiment -> experiment.id().equals(proposed.experimentId()))
        .map(Experiment::policy)
        .filter(Objects::nonNull)
        .map(Experiment.AdjustmentPolicy::mode)
        .findFirst();
  }

  /** Ends what nobody has answered and a newer proposal takes the place of. */
  void retire(StrategyAdjustment proposed) throws SQLException {
    for (StrategyAdjustment waiting : RuleStore.waiting(connection)) {
      if (waiting.change() == proposed.change()
          && waiting.at().isBefore(proposed.at())
          && (proposed.change() == Change.MOVE_BUDGET
              || (waiting.experimentId().equals(proposed.experimentId())
                  && Objects.equals(waiting.segment(), proposed.segment())))) {
        refuse(
            waiting,
            proposed.decidedBy(),
            "expired without an answer, " + proposed.id() + " takes its place");
      }
    }
  }

  /** Ends what waits where the rules by now let nothing move, or carry proposals out at once. */
  void retireWhatNeedNotWait(String author) throws SQLException {
    for (StrategyAdjustment waiting : RuleStore.waiting(connection)) {
      Optional<Mode> mode = mode(waiting);
      if (mode.isEmpty()) {
        refuse(waiting, author, "expired, by the rules in force results move nothing there");
      } else if (mode.get() == Mode.APPLY) {
        refuse(waiting, author, "expired, the rules carry out the next one at once by now");
      }
    }
  }

  StrategyAdjustment keep(StrategyAdjustment proposed) throws SQLException {
    RuleStore.save(connection, proposed, now);
    return proposed;
  }

  /** Applied, or refused with its reason. */
  StrategyAdjustment out(StrategyAdjustment proposed, String decidedBy) throws SQLException {
    StrategyAdjustment answer;
    try {
      RuleSet current =
          RuleStore.current(connection)
              .map(RuleVersion::rules)
              .orElseThrow(() -> new RefusedException("there are no rules yet"));
      RuleSet next =
          current.as(current.version() + 1, decidedBy, note(proposed), now, proposed.id());
      next =
          proposed.change() == Change.MOVE_BUDGET
              ? next.withPromotions(BudgetMove.apply(current, proposed, this::used))
              : next.withExperiments(Adjusting.apply(current, proposed));
      TellableSize.check(next);
      insert(new RuleVersion(next, null, null), proposed);
      answer = proposed.as(Status.APPLIED, decidedBy, now, next.version(), null);
    } catch (RefusedException e) {
      answer = proposed.as(Status.REFUSED, decidedBy, now, null, e.getMessage());
    }
    RuleStore.save(connection, answer, now);
    return answer;
  }

  private static String note(StrategyAdjustment proposed) {
    return proposed.change() == Change.MOVE_BUDGET
        ? proposed.change() + " between " + List.copyOf(proposed.from().keySet())
        : proposed.change() + " of " + proposed.experimentId();
  }

  StrategyAdjustment refuse(StrategyAdjustment waiting, String author, String reason)
      throws SQLException {
    StrategyAdjustment answer = waiting.as(Status.REFUSED, author, now, null, reason);
    RuleStore.save(connection, answer, now);
    return answer;
  }

  /** A new version with what it was before: weights, status, or the same cents moved back. */
  StrategyAdjustment back(StrategyAdjustment applied, String author, String note)
      throws SQLException {
    RuleSet current = RuleStore.current(connection).map(RuleVersion::rules).orElseThrow();
    if (applied.change() == Change.MOVE_BUDGET
        && !AdjustmentsInForce.at(connection, current.version()).contains(applied.id())) {
      throw new RefusedException(
          applied.id() + " is not in force any more: a rule file has undone it");
    }
    RuleSet before =
        RuleStore.before(connection, applied.id()).map(RuleVersion::rules).orElseThrow();
    RuleSet next = current.as(current.version() + 1, author, note, now, applied.id());
    next =
        applied.change() == Change.MOVE_BUDGET
            ? next.withPromotions(BudgetMove.revert(current, applied, this::used))
            : next.withExperiments(Adjusting.revert(current, before, applied));
    TellableSize.check(next);
    insert(new RuleVersion(next, applied.id(), null), applied);
    StrategyAdjustment answer = applied.as(Status.REVERTED, author, now, next.version(), note);
    RuleStore.save(connection, answer, now);
    return answer;
  }

  /**
   * Going back to a version undoes what it does not stand on, and brings back what it does.
   *
   * @param current version that was in force before
   */
  void asAt(long version, RuleSet next, long current) throws SQLException {
    for (StrategyAdjustment one : otherThanAt(version, current)) {
      if (one.status() == Status.APPLIED) {
        save(one, Status.REVERTED, next, "back to rule version " + version);
      } else {
        save(one, Status.APPLIED, next, null);
      }
    }
  }

  /** Whether two versions stand on the same adjustments, and the status of each says so. */
  boolean isAsAt(long version, long current) throws SQLException {
    return AdjustmentsInForce.at(connection, version)
            .equals(AdjustmentsInForce.at(connection, current))
        && otherThanAt(version, current).isEmpty();
  }

  /**
   * What the current version stands on and another one does not; or is reverted, and the other one
   * stands on it. A move that a file has undone stays applied: nobody disagreed with it.
   */
  private List<StrategyAdjustment> otherThanAt(long version, long current) throws SQLException {
    Set<String> there = AdjustmentsInForce.at(connection, version);
    Set<String> here = AdjustmentsInForce.at(connection, current);
    return RuleStore.adjustments(connection).stream()
        .filter(
            one ->
                there.contains(one.id())
                    ? one.status() == Status.REVERTED
                    : one.status() == Status.APPLIED && here.contains(one.id()))
        .toList();
  }

  private void save(StrategyAdjustment old, Status status, RuleSet next, String reason)
      throws SQLException {
    RuleStore.save(connection, old.as(status, next.author(), now, next.version(), reason), now);
  }

  private void insert(RuleVersion version, StrategyAdjustment adjustment) throws SQLException {
    RuleStore.insert(connection, version);
    if (adjustment.change() == Change.MOVE_BUDGET) {
      UsedBudgets.follow(connection, version.rules());
    }
  }

  private long used(String promotion) {
    try {
      Map<String, Long> used = UsedBudgets.lockCents(connection);
      return used.getOrDefault(promotion, 0L);
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger cannot be read: " + e.getMessage(), e);
    }
  }
}
