package io.promoflow.serving.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this server may still promise of one promotion, and what it promised that is not written
 * down yet. Time is the machine's own monotonic clock, in nanoseconds.
 */
final class LocalLease {
  /** Promises that wait for the store; beyond it nothing is promised. */
  private static final int MOST_PENDING = 100_000;

  /** Until it is asked again for what another server held, or what was ahead of the plan. */
  private static final long BETWEEN_ASKING_NANOS = 100_000_000;

  /** The same for what was spent. */
  private static final long WHEN_SPENT_NANOS = 1_000_000_000;

  private final Map<String, Claim> pending = new LinkedHashMap<>();
  private final Set<String> attempted = new HashSet<>();
  private final Set<String> releases = new HashSet<>();

  /** Releases that were sent to the store at least once; one that comes meanwhile is another. */
  private final Set<String> sentReleases = new HashSet<>();

  private Amount available = Amount.ZERO;

  /** Held, but no longer promised: redemptions wait for it, and the next writing gives it back. */
  private Amount withheld = Amount.ZERO;

  private Amount granted = Amount.ZERO;
  private Amount budget = Amount.ZERO;

  /** Neither promised nor leased by this server; before the store was asked it may be anything. */
  private Amount elsewhere = Amount.ALL;

  /** What was claimed since the last writing, granted or not. */
  private Amount asked = Amount.ZERO;

  /** The same before it; what is no longer claimed is forgotten by and by. */
  private Amount demand = Amount.ZERO;

  private long validUntil;
  private boolean paced;
  private long wantedCents;
  private boolean claimed;

  /** Of the claims since the last writing; null when there are none. */
  private Instant newest;

  /** Of the claims before it: the plan goes by what is asked now, not by what once lay ahead. */
  private Instant newestBefore;

  private long asksAgainAt;
  private boolean wasDenied;

  /**
   * What is to be written down.
   *
   * @param claims promises, oldest first; each is this very one, not any that says the same
   * @param releases decisions that give back what may be written down already
   * @param wantedCents cost of the largest claim that was refused for want of a lease; 0 for none
   * @param demand cost of what is claimed between two writings lately, granted or not
   * @param newest moment of the newest claim since the last writing, event time; that of those
   *     before when there are none, null before the first
   * @param claimed whether there were claims since the last time
   * @param paced whether spending was ahead of its plan
   * @param usable what this server may still promise beside these claims, also while they are
   *     written: of the lease no more than the rest can be given back for those who wait for it
   */
  record Writing(
      List<Claim> claims,
      Set<String> releases,
      long wantedCents,
      Amount demand,
      Instant newest,
      boolean claimed,
      boolean paced,
      Amount usable) {

    /** The same with these claims alone; the others need what is held, so none is given back. */
    Writing of(List<Claim> some, Set<String> someReleases) {
      return new Writing(
          some, someReleases, wantedCents, demand, newest, claimed, paced, Amount.ALL);
    }
  }

  /**
   * What the store says afterwards.
   *
   * @param held all of the lease
   * @param budget budget and stock in force
   * @param elsewhere what of it is neither promised, spent nor held here
   * @param paced whether more was free but is ahead of the plan
   * @param lacking what redemptions wait for that is not free
   */
  record Lease(Amount held, Amount budget, Amount elsewhere, boolean paced, Amount lacking) {}

  synchronized Optional<Refusal> reserve(Claim claim, long now) {
    if (pending.containsKey(claim.decisionId())) {
      return Optional.empty();
    }
    Optional<Refusal> refusal = wouldRefuse(claim, now);
    if (refusal.isPresent()) {
      want(claim);
      return refusal;
    }
    note(claim);
    available = available.minus(counted(claim));
    pending.put(claim.decisionId(), claim);
    return refusal;
  }

  /** A claim that was refused is asked for when there is a writing next. */
  synchronized void want(Claim claim) {
    note(claim);
    wantedCents = Math.max(wantedCents, leastCents(claim));
  }

  private void note(Claim claim) {
    claimed = true;
    newest = newest == null || claim.at().isAfter(newest) ? claim.at() : newest;
    asked = asked.plus(Amount.one(claim.costCents()).min(Amount.ALL)).min(Amount.ALL);
  }

  synchronized Optional<Refusal> wouldRefuse(Claim claim, long now) {
    if (pending.containsKey(claim.decisionId())) {
      return Optional.empty();
    }
    Amount cost = Amount.one(leastCents(claim)).countedBy(budget);
    boolean lasts = cost.equals(Amount.ZERO) || now - validUntil < 0;
    if (lasts && available.covers(cost) && pending.size() < MOST_PENDING) {
      return Optional.empty();
    }
    if (paced) {
      return Optional.of(Refusal.PACED);
    }
    Amount left = available.plus(withheld).plus(elsewhere);
    if (left.covers(cost)) {
      return Optional.of(Refusal.NO_LEASE);
    }
    return Optional.of(left.units() < cost.units() ? Refusal.OUT_OF_STOCK : Refusal.BUDGET_SPENT);
  }

  /** What must be there: of a budget that is spent nothing is promised, not even for nothing. */
  private static long leastCents(Claim claim) {
    return Math.max(1, claim.costCents());
  }

  private Amount counted(Claim claim) {
    return Amount.one(claim.costCents()).countedBy(budget);
  }

  /** Gives back at once what was never sent to the store, else with the next writing. */
  synchronized void release(String decision) {
    Claim claim = pending.remove(decision);
    if (claim != null && !attempted.contains(decision)) {
      available = available.plus(counted(claim));
    } else {
      releases.add(decision);
    }
  }

  /** Whether there is anything to write or to ask for; what was denied before can wait a bit. */
  synchronized boolean hasWork(long now) {
    boolean asks = wantedCents > 0 && !(wasDenied && now - asksAgainAt < 0);
    boolean releasing = !releases.isEmpty() || !sentReleases.isEmpty();
    boolean givesBack = !withheld.equals(Amount.ZERO);
    return asks || !pending.isEmpty() || releasing || givesBack || isLow();
  }

  synchronized boolean isPending(String decision) {
    return pending.containsKey(decision);
  }

  /** Less than half of what was granted is left, and some claim took the rest. */
  private boolean isLow() {
    return claimed && !granted.min(available.plus(available)).equals(granted);
  }

  /** Promises to write down. */
  synchronized List<Claim> claims() {
    attempted.addAll(pending.keySet());
    return List.copyOf(pending.values());
  }

  /**
   * All that is to be written down. Claims of every promotion are taken before: what a decision
   * gave back before it claimed another promotion is then in here. What was given back since then
   * is not written.
   */
  synchronized Writing writing(List<Claim> claims) {
    demand = asked.max(demand.half());
    asked = Amount.ZERO;
    newestBefore = newest == null ? newestBefore : newest;
    newest = null;
    sentReleases.addAll(releases);
    releases.clear();
    List<Claim> kept = claims.stream().filter(this::isPending).toList();
    return new Writing(
        kept,
        Set.copyOf(sentReleases),
        wantedCents,
        demand,
        newestBefore,
        claimed,
        paced,
        usable(kept));
  }

  private Amount usable(List<Claim> written) {
    Amount promised = sum(pending.values()).minus(sum(written));
    return available.plus(promised).max(Amount.ZERO);
  }

  private Amount sum(Collection<Claim> claims) {
    return claims.stream().map(this::counted).reduce(Amount.ZERO, Amount::plus);
  }

  /** Not one that was claimed anew after it was given back. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isPending(Claim claim) {
    return pending.get(claim.decisionId()) == claim;
  }

  /** Gives up what the store will never take: what it took may be promised again. */
  synchronized void drop(Claim claim) {
    if (isPending(claim)) {
      pending.remove(claim.decisionId());
      available = available.plus(counted(claim));
    }
    attempted.remove(claim.decisionId());
  }

  /** Takes over what the store holds; what was claimed since the writing is still to come off. */
  synchronized void written(Writing done, Lease lease, long now, long until) {
    Amount wanted = Amount.one(done.wantedCents()).countedBy(lease.budget());
    wasDenied = !lease.held().covers(wanted);
    boolean spent = !lease.held().plus(lease.elsewhere()).covers(wanted);
    asksAgainAt = now + (spent ? WHEN_SPENT_NANOS : BETWEEN_ASKING_NANOS);
    done.claims()
        .forEach(
            claim -> {
              if (isPending(claim)) {
                pending.remove(claim.decisionId());
              }
              attempted.remove(claim.decisionId());
            });
    sentReleases.removeAll(done.releases());
    budget = lease.budget();
    elsewhere = lease.elsewhere();
    granted = lease.held();
    available = lease.held().minus(sum(pending.values()));
    withheld = lease.lacking().min(available).max(Amount.ZERO);
    available = available.minus(withheld);
    paced = lease.paced();
    validUntil = until;
    wantedCents = wantedCents > done.wantedCents() ? wantedCents : 0;
    claimed = !pending.isEmpty();
  }
}
