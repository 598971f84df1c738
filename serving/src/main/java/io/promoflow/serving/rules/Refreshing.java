package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the products anew that promotions cover by their features, over a connection that somebody
 * else holds.
 */
final class Refreshing {
  private final Connection connection;
  private final Instant now;

  Refreshing(Connection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /**
   * The next version; empty when no list has moved, or the lists are young.
   *
   * @param least how old the lists in force must be; zero for any
   * @throws RefusedException when the tables of features cannot tell which products are meant, or
   *     the rules would be too large to be told
   */
  Optional<RuleSet> next(String author, Duration least) throws SQLException {
    Optional<RuleSet> current = RuleStore.current(connection).map(RuleVersion::rules);
    if (current.isEmpty() || (!least.isZero() && isYoung(least))) {
      return Optional.empty();
    }
    RuleSet rules = current.get();
    var lists = new ProductLists(connection);
    refuse(lists.unanswered(rules.promotions()));
    List<Promotion> promotions = lists.resolved(rules.promotions());
    if (promotions.equals(rules.promotions())) {
      return Optional.empty();
    }
    RuleSet next =
        rules
            .withPromotions(promotions)
            .as(rules.version() + 1, author, ProductMoves.between(rules, promotions), now, null);
    refuse(TellableSize.problem(next).stream().toList());
    return Optional.of(next);
  }

  private boolean isYoung(Duration least) throws SQLException {
    return RuleStore.productsSince(connection)
        .filter(since -> since.plus(least).isAfter(now))
        .isPresent();
  }

  private static void refuse(List<?> problems) {
    if (!problems.isEmpty()) {
      throw new RefusedException(
          problems.stream()
              .map(Object::toString)
              .collect(Collectors.joining("\n", "products of promotions stay as they are:\n", "")));
    }
  }
}
