package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What decisions promise. What {@code serving.decisions} holds, the first that was logged, is the
 * truth: an open promise of anything else gives way to it. What the log does not hold stands as it
 * was written down.
 *
 * @param promises by decision; of no promotion where the log says that nothing was given
 * @param untrue open promises of something that was not logged, by decision
 */
record Promised(Map<String, Promise> promises, Map<String, Promise> untrue) {

  static Promised find(Connection connection, Collection<String> decisions) throws SQLException {
    Map<String, Promise> promises = PromiseRows.find(connection, decisions);
    var untrue = new HashMap<String, Promise>();
    var open = new HashSet<>(decisions);
    open.removeIf(id -> promises.containsKey(id) && !promises.get(id).isOpen());
    PromiseRows.logged(connection, open)
        .forEach(
            (id, logged) -> {
              Promise written = promises.get(id);
              if (written == null || !logged.isOf(written.promotionId())) {
                promises.put(id, logged);
                if (written != null) {
                  untrue.put(id, written);
                }
              }
            });
    return new Promised(promises, untrue);
  }

  /** Every promotion that is, or is no longer, promised. */
  Set<String> promotions() {
    return Stream.concat(promises.values().stream(), untrue.values().stream())
        .map(Promise::promotionId)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }
}
