package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.pricing.Stacking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of the promotions of one stacking group that a shopper could get, the one that goes first by
 * {@link Stacking#PRECEDENCE} is in question; when the ledger refuses it, the next one is. What has
 * no group always is.
 */
final class ExclusiveGroups implements Successors {
  private final List<Scored> open;

  /** The members of each group that are in question or wait, first things first. */
  private final Map<String, List<Scored>> members = new HashMap<>();

  /**
   * Of one decision.
   *
   * @param open what the shopper could get if there were no groups
   */
  ExclusiveGroups(Collection<Scored> open) {
    this.open = List.copyOf(open);
    this.open.stream()
        .filter(one -> one.promotion().stackingGroup() != null)
        .sorted(Comparator.comparing(Scored::promotion, Stacking.PRECEDENCE))
        .forEach(one -> membersOf(one.promotion().stackingGroup()).add(one));
  }

  private List<Scored> membersOf(String group) {
    return members.computeIfAbsent(group, unknown -> new ArrayList<>());
  }

  /** Those that no other of their group excludes. */
  List<Scored> inQuestion() {
    return open.stream()
        .filter(one -> one.promotion().stackingGroup() == null || one.equals(first(one)))
        .toList();
  }

  @Override
  public Scored after(Scored refused) {
    if (refused.promotion().stackingGroup() == null) {
      return null;
    }
    List<Scored> group = members.get(refused.promotion().stackingGroup());
    group.remove(refused);
    return group.isEmpty() ? null : group.get(0);
  }

  /** Those that another of their group excludes. */
  List<Candidate> losses() {
    return members.values().stream()
        .flatMap(group -> group.stream().skip(1))
        .map(one -> excluded(one.promotion(), first(one).id()))
        .toList();
  }

  private Scored first(Scored one) {
    return members.get(one.promotion().stackingGroup()).get(0);
  }

  private static Candidate excluded(Promotion promotion, String by) {
    return new Candidate(promotion.id(), null, Loss.EXCLUDED_IN_GROUP, words(promotion, by));
  }

  /** Why a promotion is excluded. */
  static String words(Promotion promotion, String by) {
    return by + " goes first in group " + promotion.stackingGroup();
  }
}
