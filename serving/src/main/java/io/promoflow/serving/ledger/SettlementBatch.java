package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.SettlementRows.Answered;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Redemptions answered in one transaction, in their order. Keys are looked up under the locks. */
final class SettlementBatch {
  private final Connection connection;
  private final LedgerOptions options;
  private final Map<String, Promise> promises;
  private final NavigableMap<String, AccountRow> accounts;
  private final Map<String, Answered> answered;
  private final Redeemed redeemed;
  private final Refunds refunds;
  private final List<Answered> added = new ArrayList<>();
  private final Map<String, Promise> changed = new LinkedHashMap<>();

  private SettlementBatch(Connection connection, List<Redemption> asked, LedgerOptions options)
      throws SQLException {
    this.connection = connection;
    this.options = options;
    Set<String> decisions =
        asked.stream().map(Redemption::decisionId).collect(Collectors.toCollection(TreeSet::new));
    Map<String, Promise> unlocked = promises(decisions);
    accounts = AccountRows.lock(connection, promotions(unlocked));
    promises = promises(decisions);
    if (!accounts.keySet().containsAll(known(promotions(promises)))) {
      throw Transactions.changedMeanwhile(); // the decision promised something else in between
    }
    answered = SettlementRows.find(connection, asked.stream().map(Redemption::key).toList());
    redeemed = Redeemed.find(connection, accounts.values(), promises.values());
    refunds = Refunds.find(connection, asked);
  }

  /** Answers all of them; the caller commits. */
  static List<Settlement> answer(
      Connection connection, List<Redemption> asked, LedgerOptions options) throws SQLException {
    var batch = new SettlementBatch(connection, asked, options);
    var answers = new ArrayList<Settlement>();
    for (Redemption redemption : asked) {
      answers.add(batch.answer(redemption));
    }
    batch.save();
    return answers;
  }

  private Map<String, Promise> promises(Set<String> decisions) throws SQLException {
    Map<String, Promise> found = new HashMap<>(PromiseRows.find(connection, decisions));
    var missing = new HashSet<>(decisions);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      found.putAll(PromiseRows.unwritten(connection, missing));
    }
    return found;
  }

  private static Set<String> promotions(Map<String, Promise> promises) {
    return promises.values().stream().map(Promise::promotionId).collect(Collectors.toSet());
  }

  /** Promotions that are not locked though there is a row for them. */
  private Set<String> known(Set<String> promotions) throws SQLException {
    var others = new HashSet<>(promotions);
    others.removeAll(accounts.keySet());
    return others.isEmpty() ? others : AccountRows.lock(connection, others).keySet();
  }

  private Settlement answer(Redemption asked) {
    Answered before = answered.get(asked.key());
    if (before != null) {
      return before.same(asked) ? before.answer() : refused(asked, null, Refusal.KEY_REUSED);
    }
    Promise promise = promises.get(asked.decisionId());
    AccountRow row = promise == null ? null : accounts.get(promise.promotionId());
    if (row == null) {
      return refused(asked, null, Refusal.NOTHING_PROMISED);
    }
    Settling.Outcome outcome =
        new Standing(promise, row, redeemed, options.codes()).outcome(refunds.beyond(asked));
    boolean isFinal =
        outcome.refusal() != Refusal.NOTHING_PROMISED && outcome.refusal() != Refusal.WRONG_CODE;
    return isFinal ? keep(asked, row, outcome) : refused(asked, promise, outcome.refusal());
  }

  private Settlement keep(Redemption asked, AccountRow row, Settling.Outcome outcome) {
    Promise after = outcome.promise();
    accounts.put(row.promotionId(), row.with(outcome.account()));
    promises.put(after.decisionId(), after);
    changed.put(after.decisionId(), after);
    redeemed.now(after);
    if (outcome.refusal() == null) {
      refunds.told(asked);
    }
    Settlement answer =
        outcome.refusal() == null
            ? new Settlement(
                asked.key(),
                after.decisionId(),
                after.promotionId(),
                true,
                null,
                after.spentCents())
            : refused(asked, after, outcome.refusal());
    var kept = new Answered(asked, answer);
    answered.put(asked.key(), kept);
    added.add(kept);
    return answer;
  }

  private static Settlement refused(Redemption asked, Promise promise, Refusal why) {
    return new Settlement(
        asked.key(),
        asked.decisionId(),
        promise == null ? null : promise.promotionId(),
        false,
        why,
        promise == null ? 0 : promise.spentCents());
  }

  private void save() throws SQLException {
    PromiseRows.save(connection, changed.values(), options.reservation());
    AccountRows.save(
        connection,
        changed.values().stream().map(Promise::promotionId).distinct().map(accounts::get).toList());
    SettlementRows.add(connection, added);
  }
}
