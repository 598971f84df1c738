package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Takes proposals in and answers them, inside a transaction that holds the rule book's lock. */
final class Answering {
  private final Connection connection;
  private final Carrying carrying;

  Answering(Connection connection, Instant now) {
    this.connection = connection;
    this.carrying = new Carrying(connection, now);
  }

  /** Carries a proposal out, or keeps it for a person; a repeat gets the answer that it got. */
  StrategyAdjustment take(StrategyAdjustment proposed) throws SQLException {
    Optional<StrategyAdjustment> known = RuleStore.adjustment(connection, proposed.id());
    if (known.isPresent()) {
      return known.get();
    }
    carrying.retire(proposed);
    boolean waits = carrying.mode(proposed).filter(mode -> mode != Mode.APPLY).isPresent();
    return waits ? carrying.keep(proposed) : carrying.out(proposed, proposed.decidedBy());
  }

  StrategyAdjustment approve(String adjustmentId, String author) throws SQLException {
    StrategyAdjustment waiting = waiting(adjustmentId);
    if (carrying.mode(waiting).equals(Optional.of(Mode.PROPOSE))) {
      throw new RefusedException(
          "adjustment "
              + adjustmentId
              + " only tells (mode: PROPOSE): change the rules yourself, or let them say mode:"
              + " APPROVE");
    }
    return carrying.out(waiting, author);
  }

  StrategyAdjustment refuse(String adjustmentId, String author, String reason) throws SQLException {
    return carrying.refuse(waiting(adjustmentId), author, reason);
  }

  StrategyAdjustment revert(String adjustmentId, String author, String note) throws SQLException {
    StrategyAdjustment applied = known(adjustmentId);
    return switch (applied.status()) {
      case REVERTED -> applied;
      case APPLIED -> carrying.back(applied, author, note);
      case PROPOSED, REFUSED ->
          throw new RefusedException(
              "adjustment " + adjustmentId + " was never applied: " + applied.reason());
    };
  }

  private StrategyAdjustment waiting(String adjustmentId) throws SQLException {
    StrategyAdjustment waiting = known(adjustmentId);
    if (waiting.status() != Status.PROPOSED) {
      throw new RefusedException(
          "adjustment " + adjustmentId + " does not wait, it is " + waiting.status());
    }
    return waiting;
  }

  private StrategyAdjustment known(String adjustmentId) throws SQLException {
    return RuleStore.adjustment(connection, adjustmentId)
        .orElseThrow(() -> new RefusedException("no adjustment " + adjustmentId + " is known"));
  }
}
