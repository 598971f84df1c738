package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.serving.LayerPlaces;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a rule file would put in force, over a connection that somebody else holds: with what
 * adjustments have learned, and the products that promotions cover by their features now.
 */
final class Planning {
  private static final Logger LOG = LoggerFactory.getLogger(Planning.class);

  private final Connection connection;
  private final Instant now;

  Planning(Connection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /**
   * What becomes of the rules in force. The file in force makes no version, unless something else
   * has moved. Another file does, even if it changes nothing: later files are compared with it.
   *
   * @throws RuleFileException when the tables of features cannot tell which products are meant, a
   *     budget has moved away, or the rules would be too large to be told
   */
  RuleChange change(RuleFile file, String author, String note) throws SQLException {
    Optional<RuleSet> current = RuleStore.current(connection).map(RuleVersion::rules);
    RuleSet next = next(file, current, author, note);
    return current.isPresent()
            && says(file.text())
            && RulePlan.between(current.get(), next).isEmpty()
        ? RuleChange.none(current.get())
        : RuleChange.to(next, current);
  }

  /**
   * Moves of budgets that a file undoes: who gave or took the cents leaves, or one of the two
   * budgets alone is written down as it is in force.
   */
  List<StrategyAdjustment> undone(RuleFile file) throws SQLException {
    Optional<RuleSet> current = RuleStore.current(connection).map(RuleVersion::rules);
    return moved(file, fileBefore(), current).undone();
  }

  /** Whether the rules in force stand on a file that says this. */
  boolean says(String text) throws SQLException {
    return RuleStore.newestText(connection)
        .filter(inForce -> inForce.stripTrailing().equals(text.stripTrailing()))
        .isPresent();
  }

  private RuleSet next(RuleFile file, Optional<RuleSet> current, String author, String note)
      throws SQLException {
    Optional<RuleFile> before = fileBefore();
    var products = new ProductLists(connection);
    file.refuse(products.unanswered(file.promotions()));
    MovedBudgets moved = moved(file, before, current);
    file.refuseOverdrawn(moved.overdrawn(file.promotions()));
    List<Promotion> promotions = moved.over(products.resolved(file.promotions()));
    List<Experiment> experiments =
        Merging.merge(
            file.experiments(),
            before.map(RuleFile::experiments).orElse(List.of()),
            current.map(RuleSet::experiments).orElse(List.of()));
    long version = current.map(RuleSet::version).orElse(0L) + 1;
    List<Experiment> placed =
        LayerPlaces.placed(experiments, current.map(RuleSet::experiments).orElse(List.of()), now);
    RuleSet next = file.asVersion(version, author, note, now, promotions, placed);
    Optional<String> problem = TellableSize.problem(next);
    if (problem.isPresent()) {
      throw file.refusal(problem.get());
    }
    return next;
  }

  private MovedBudgets moved(RuleFile file, Optional<RuleFile> before, Optional<RuleSet> current)
      throws SQLException {
    long version = current.map(RuleSet::version).orElse(0L);
    Set<String> inForce = AdjustmentsInForce.at(connection, version);
    List<StrategyAdjustment> moves =
        RuleStore.moves(connection).stream().filter(one -> inForce.contains(one.id())).toList();
    return MovedBudgets.lasting(
        file.promotions(),
        before.map(RuleFile::promotions).orElse(List.of()),
        current.map(RuleSet::promotions).orElse(List.of()),
        moves);
  }

  private Optional<RuleFile> fileBefore() throws SQLException {
    Optional<String> text = RuleStore.newestText(connection);
    try {
      return text.map(before -> RuleFile.stored("rules before", before, Vocabulary.ANYTHING));
    } catch (RuleFileException e) {
      LOG.warn(
          "the rule file before cannot be read any more, weights and budgets start anew: {}",
          e.getMessage());
      return Optional.empty();
    }
  }
}
