package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.SettlementRows.Answered;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Redemptions answered in one transaction, in their order. Keys are looked up under the locks. */
final class SettlementBatch {
  private final Connection connection;
  private final LedgerOptions options;
  private final Map<String, Promise> promises;
  private final Map<String, Promise> untrue;
  private final NavigableMap<String, AccountRow> accounts;
  private final Map<String, Answered> answered;
  private final Redeemed redeemed;
  private final Refunds refunds;
  private final List<Answered> added = new ArrayList<>();
  private final Map<String, Promise> changed = new LinkedHashMap<>();
  private final Set<String> touched = new TreeSet<>();

  /** What redemptions of each promotion lack in all. */
  private final Map<String, Amount> wanted = new TreeMap<>();

  private SettlementBatch(Connection connection, List<Redemption> asked, LedgerOptions options)
      throws SQLException {
    this.connection = connection;
    this.options = options;
    Set<String> decisions =
        asked.stream().map(Redemption::decisionId).collect(Collectors.toCollection(TreeSet::new));
    accounts = AccountRows.lock(connection, Promised.find(connection, decisions).promotions());
    Promised promised = Promised.find(connection, decisions);
    if (!accounts.keySet().containsAll(known(promised.promotions()))) {
      throw Transactions.changedMeanwhile(); // the decision promised something else in between
    }
    promises = promised.promises();
    untrue = promised.untrue();
    answered = SettlementRows.find(connection, asked.stream().map(Redemption::key).toList());
    redeemed = Redeemed.find(connection, accounts.values(), promises.values());
    refunds = Refunds.find(connection, asked, promises);
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

  /** Promotions that are not locked though there is a row for them. */
  private Set<String> known(Set<String> promotions) throws SQLException {
    var others = new HashSet<>(promotions);
    others.removeAll(accounts.keySet());
    return others.isEmpty() ? others : AccountRows.find(connection, others).keySet();
  }

  private Settlement answer(Redemption asked) {
    Answered before = answered.get(asked.key());
    if (before != null) {
      return before.same(asked) ? before.answer() : refused(asked, null, Refusal.KEY_REUSED);
    }
    Promise promise = promises.get(asked.decisionId());
    AccountRow row =
        promise == null || promise.isOf(null) ? null : accounts.get(promise.promotionId());
    if (row == null) {
      return refused(asked, null, Refusal.NOTHING_PROMISED);
    }
    Settling.Outcome outcome =
        new Standing(promise, row, redeemed, options.codes())
            .outcome(refunds.beyond(asked), refunds.back(asked.decisionId()));
    if (outcome.refusal() == null || outcome.refusal().isFinal()) {
      return keep(asked, row, outcome);
    }
    if (outcome.refusal() == Refusal.LEASED) {
      wanted.merge(row.promotionId(), outcome.lacking(), Amount::plus);
    }
    return refused(asked, promise, outcome.refusal());
  }

  private Settlement keep(Redemption asked, AccountRow row, Settling.Outcome outcome) {
    Promise after = outcome.promise();
    put(row.with(outcome.account()));
    release(untrue.remove(after.decisionId()));
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

  private void put(AccountRow row) {
    accounts.put(row.promotionId(), row);
    touched.add(row.promotionId());
  }

  /** What was promised beside the truth is kept no longer once the truth is settled. */
  private void release(Promise before) {
    if (before != null) {
      AccountRow row = accounts.get(before.promotionId());
      put(row.with(row.account().release(before.kept())));
    }
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
    wanted.forEach((id, needed) -> put(accounts.get(id).wanting(needed)));
    PromiseRows.save(connection, changed.values(), accounts.keySet(), options.reservation());
    AccountRows.save(connection, touched.stream().map(accounts::get).toList());
    AccountRows.stillWanted(connection, wanted.keySet());
    SettlementRows.add(connection, added);
  }
}
