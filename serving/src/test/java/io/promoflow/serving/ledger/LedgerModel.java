package io.promoflow.serving.ledger;

import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;

import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the ledger must answer for one promotion of one bounded budget, said as simply as it can.
 */
final class LedgerModel {
  /** A promise; status as text, as it should be in its row. */
  static final class Kept {
    private final Claim claim;
    private String status;
    private long spent;
    private boolean told;
    private final List<Redemption> refunds = new ArrayList<>();

    Kept(Claim claim, String status) {
      this.claim = claim;
      this.status = status;
    }

    String status() {
      return status;
    }

    long spent() {
      return spent;
    }
  }

  private final Duration holds;
  private final Map<String, Kept> promises = new HashMap<>();
  private final Map<String, Settlement> answers = new HashMap<>();
  private final Map<String, Redemption> asked = new HashMap<>();
  private final List<Map<String, Claim>> pending =
      List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
  private final List<Map<String, Claim>> granted = List.of(new HashMap<>(), new HashMap<>());
  private final List<List<String>> released = List.of(new ArrayList<>(), new ArrayList<>());
  private final Instant[] eventTime = {Instant.EPOCH, Instant.EPOCH};
  private final long[] leased = new long[2];
  private final long[] available = new long[2];
  private long wanted;
  private int corrections;
  private long budget;

  LedgerModel(long budget, Duration holds) {
    this.budget = budget;
    this.holds = holds;
  }

  void follow(long newBudget) {
    budget = newBudget;
  }

  long sum(String status) {
    return promises.values().stream()
        .filter(kept -> kept.status.equals(status))
        .mapToLong(kept -> status.equals("COMMITTED") ? kept.spent : kept.claim.costCents())
        .sum();
  }

  long free() {
    return Math.max(0, budget - leased[0] - leased[1] - sum("RESERVED") - sum("COMMITTED"));
  }

  Map<String, Kept> promises() {
    return promises;
  }

  /** The leases that the database has now; a server learns of its own when it writes. */
  void leases(long first, long second) {
    leased[0] = first;
    leased[1] = second;
  }

  /** A server has written, and knows its lease, and what of it is waited for. */
  void learns(int server) {
    long lacking = Math.min(Math.max(0, wanted - free()), leased[server]);
    available[server] = leased[server] - lacking;
  }

  /** What redemptions wait for. */
  long wanted() {
    return wanted;
  }

  /** How often a cost was told after the redemption. */
  int corrections() {
    return corrections;
  }

  /** Nobody asked again. */
  void marksEnd() {
    wanted = 0;
  }

  boolean reserve(int server, Claim claim) {
    if (granted.get(server).containsKey(claim.decisionId())) {
      return true;
    }
    if (available[server] < claim.costCents()) {
      return false;
    }
    available[server] -= claim.costCents();
    pending.get(server).put(claim.decisionId(), claim);
    granted.get(server).put(claim.decisionId(), claim);
    return true;
  }

  boolean isPending(int server, String decision) {
    return pending.get(server).containsKey(decision);
  }

  void write(int server) {
    for (Claim claim : pending.get(server).values()) {
      Kept before = promises.get(claim.decisionId());
      if (before != null && !before.status.equals("RELEASED")) {
        continue;
      }
      long fromLease = Math.min(leased[server], claim.costCents());
      boolean covered = free() >= claim.costCents() - fromLease;
      leased[server] -= covered ? fromLease : 0;
      promises.put(claim.decisionId(), new Kept(claim, covered ? "RESERVED" : "EXPIRED"));
    }
    pending.get(server).clear();
  }

  void release(int server, String decision) {
    if (granted.get(server).remove(decision) == null) {
      return;
    }
    Claim claim = pending.get(server).remove(decision);
    if (claim != null) {
      available[server] += claim.costCents();
    } else if (promises.get(decision).status.equals("RESERVED")) {
      released.get(server).add(decision);
    }
  }

  /** Releases reach the rows before the promises of the same writing. */
  void writeReleases(int server) {
    for (String decision : released.get(server)) {
      Kept kept = promises.get(decision);
      if (kept.status.equals("RESERVED")) {
        kept.status = "RELEASED";
      }
    }
    released.get(server).clear();
  }

  void eventTime(int server, Instant now) {
    eventTime[server] = now.isAfter(eventTime[server]) ? now : eventTime[server];
  }

  /** What has run out by the newest moment that this server heard of. */
  void sweep(int server) {
    Instant now = eventTime[server];
    for (Kept kept : promises.values()) {
      if (kept.status.equals("RESERVED") && !kept.claim.at().plus(holds).isAfter(now)) {
        kept.status = "EXPIRED";
      }
    }
  }

  Settlement settle(Redemption redemption) {
    Settlement before = answers.get(redemption.key());
    if (before != null) {
      Redemption first = asked.get(redemption.key());
      boolean same =
          first.decisionId().equals(redemption.decisionId())
              && first.action() == redemption.action()
              && Objects.equals(first.costCents(), redemption.costCents());
      return same
          ? before
          : new Settlement(
              redemption.key(), redemption.decisionId(), null, false, Refusal.KEY_REUSED, 0);
    }
    Kept kept = promises.get(redemption.decisionId());
    if (kept == null) {
      return answer(redemption, null, Refusal.NOTHING_PROMISED, 0);
    }
    Refusal refusal = carryOut(redemption, kept);
    Settlement answer = answer(redemption, kept.claim.promotionId(), refusal, kept.spent);
    if (refusal != Refusal.NOTHING_PROMISED && refusal != Refusal.LEASED) {
      answers.put(redemption.key(), answer);
      asked.put(redemption.key(), redemption);
    }
    return answer;
  }

  private Refusal carryOut(Redemption redemption, Kept kept) {
    if (redemption.action() == Action.COMMIT) {
      return commit(redemption, kept);
    }
    if (redemption.action() == Action.CANCEL) {
      if (kept.status.equals("COMMITTED") || kept.status.equals("REFUNDED")) {
        return Refusal.EXPIRED;
      }
      kept.status = "CANCELLED";
      return null;
    }
    if (kept.status.equals("REFUNDED")) {
      return null;
    }
    if (!kept.status.equals("COMMITTED")) {
      return Refusal.NOTHING_PROMISED;
    }
    Long back = redemption.costCents() == null ? null : beyond(redemption, kept.refunds);
    boolean all =
        back == null || (back > 0 && back >= kept.spent && !isOfMore(redemption, kept, back));
    kept.spent = all ? 0 : Math.max(0, kept.spent - back);
    kept.status = all ? "REFUNDED" : "COMMITTED";
    return null;
  }

  /** Of a line alone, beyond what was assumed for all of them. */
  private static boolean isOfMore(Redemption refund, Kept kept, long back) {
    boolean line = refund.reversal() != null && refund.reversal().productId() != null;
    return line && !kept.told && back > kept.spent;
  }

  /** What it gives back beyond what was told before, and is told from then on. */
  private static long beyond(Redemption refund, List<Redemption> refunds) {
    long before = back(refunds);
    refunds.add(refund);
    return back(refunds) - before;
  }

  /** The more of what was told by HTTP and by events; of a line the more of its two events. */
  private static long back(List<Redemption> refunds) {
    long byHttp = sum(refunds, null);
    long byEvents =
        refunds.stream()
            .map(Redemption::reversal)
            .filter(Objects::nonNull)
            .map(Reversal::productId)
            .distinct()
            .mapToLong(
                product ->
                    Math.max(
                        sum(refunds, new Reversal(ORDER_CANCELLED, "o1", product)),
                        sum(refunds, new Reversal(ORDER_REFUNDED, "o1", product))))
            .sum();
    return Math.max(byHttp, byEvents);
  }

  private static long sum(List<Redemption> refunds, Reversal of) {
    return refunds.stream()
        .filter(one -> Objects.equals(one.reversal(), of))
        .mapToLong(Redemption::costCents)
        .sum();
  }

  private Refusal commit(Redemption redemption, Kept kept) {
    boolean reserved = kept.status.equals("RESERVED");
    if (kept.status.equals("COMMITTED")) {
      boolean corrects = redemption.costCents() != null && !kept.told;
      return corrects ? correct(redemption.costCents(), kept) : null;
    }
    if (kept.status.equals("CANCELLED") || kept.status.equals("REFUNDED")) {
      return Refusal.EXPIRED;
    }
    Long asks = redemption.costCents();
    long cost = asks == null ? kept.claim.costCents() : asks;
    long lacking = cost - (reserved ? kept.claim.costCents() : 0);
    if (free() < lacking) {
      return waits(lacking, reserved ? Refusal.BUDGET_SPENT : Refusal.EXPIRED);
    }
    kept.status = "COMMITTED";
    kept.spent = cost;
    kept.told = asks != null;
    return null;
  }

  private Refusal correct(long told, Kept kept) {
    long back = back(kept.refunds);
    long spent = Math.max(0, told - back);
    long lacking = Math.max(0, spent - kept.spent);
    if (free() < lacking) {
      return waits(lacking, Refusal.BUDGET_SPENT);
    }
    kept.spent = spent;
    kept.told = true;
    kept.status = back > 0 && spent == 0 ? "REFUNDED" : "COMMITTED";
    corrections++;
    return null;
  }

  /** For leases, if these cover what is lacking. */
  private Refusal waits(long lacking, Refusal otherwise) {
    long unpromised = Math.max(0, budget - sum("RESERVED") - sum("COMMITTED"));
    if (unpromised < lacking) {
      return otherwise;
    }
    wanted = Math.min(Math.max(wanted, lacking), unpromised);
    return Refusal.LEASED;
  }

  private static Settlement answer(
      Redemption redemption, String promotion, Refusal refusal, long spent) {
    return new Settlement(
        redemption.key(), redemption.decisionId(), promotion, refusal == null, refusal, spent);
  }
}
