package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.LayerPlaces;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
   * The next version.
   *
   * @throws RuleFileException when the tables of features cannot tell which products are meant, or
   *     the rules would be too large to be told
   */
  RuleSet of(RuleFile file, String author, String note) throws SQLException {
    Optional<RuleSet> current = RuleStore.current(connection).map(RuleVersion::rules);
    Optional<RuleFile> before = fileBefore();
    var products = new ProductLists(connection);
    file.refuse(products.unanswered(file.promotions()));
    List<Promotion> promotions =
        Merging.budgets(
            products.resolved(file.promotions()),
            before.map(RuleFile::promotions).orElse(List.of()),
            current.map(RuleSet::promotions).orElse(List.of()));
    List<Experiment> experiments =
        Merging.merge(
            file.experiments(),
            before.map(RuleFile::experiments).orElse(List.of()),
            current.map(RuleSet::experiments).orElse(List.of()));
    long version = current.map(RuleSet::version).orElse(0L) + 1;
    List<Experiment> placed =
        LayerPlaces.placed(experiments, current.map(RuleSet::experiments).orElse(List.of()), now);
    RuleSet next = file.asVersion(version, author, note, now, promotions, placed);
    TellableSize.problem(next).ifPresent(file::refuse);
    return next;
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
