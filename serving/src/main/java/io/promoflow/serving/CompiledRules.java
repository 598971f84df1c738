package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.pricing.Stacking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One version of the rules, laid out for {@link Screening}: what several conditions ask is one
 * fact, with what each answer to it rules out; promotions go by their number in the file. Never
 * changes, so that many threads share it.
 */
final class CompiledRules {
  private final RuleSet rules;
  private final Fact[] facts;
  private final RuledOut[] ruledOut;
  private final CompiledPromotion[] promotions;
  private final int[] timed;
  private final IdentityHashMap<List<String>, BitSet> allowed = new IdentityHashMap<>();
  private final Map<String, BitSet> differing = new HashMap<>();
  private final int groups;
  private final Layers layers;

  /**
   * A promotion by numbers.
   *
   * @param promotion itself
   * @param memberFact what tells the level that a member price is for; -1 for other kinds
   * @param group number of its stacking group; -1 without one
   * @param rank place by {@link Stacking#PRECEDENCE} among all
   * @param leastSpendCents covered cart value below which nothing is given
   * @param limited whether it or anything has a cap
   */
  record CompiledPromotion(
      Promotion promotion,
      int memberFact,
      int group,
      int rank,
      long leastSpendCents,
      boolean limited) {

    /** Whether it does not hold at all times. */
    boolean isTimed() {
      return !promotion.periods().isEmpty()
          || promotion.from() != null
          || promotion.until() != null;
    }

    boolean holds(Instant at) {
      return promotion.periods().isEmpty()
          ? Decider.holds(promotion.from(), promotion.until(), at)
          : promotion.holds(at);
    }
  }

  CompiledRules(RuleSet rules) {
    this.rules = rules;
    var factNumbers = new LinkedHashMap<Fact, Integer>();
    var conditions = new HashMap<Integer, Map<CompiledCondition, BitSet>>();
    var groupNumbers = new HashMap<String, Integer>();
    Map<String, Integer> ranks = ranks(rules.promotions());
    var compiled = new ArrayList<CompiledPromotion>();
    for (Promotion promotion : rules.promotions()) {
      for (Condition one : promotion.eligibility()) {
        int fact = numberOf(Fact.of(one, promotion.zone()), factNumbers);
        conditions
            .computeIfAbsent(fact, added -> new LinkedHashMap<>())
            .computeIfAbsent(CompiledCondition.of(one, fact), added -> new BitSet())
            .set(compiled.size());
      }
      compiled.add(
          new CompiledPromotion(
              promotion,
              promotion.kind() == PromotionKind.MEMBER_PRICE ? member(factNumbers) : -1,
              promotion.stackingGroup() == null
                  ? -1
                  : numberOf(promotion.stackingGroup(), groupNumbers),
              ranks.get(promotion.id()),
              promotion.terms().leastSpendCents(),
              promotion.perShopperCap() != null || !rules.contactCaps().isEmpty()));
    }
    this.facts = factNumbers.keySet().toArray(Fact[]::new);
    this.promotions = compiled.toArray(CompiledPromotion[]::new);
    this.ruledOut =
        IntStream.range(0, facts.length)
            .mapToObj(fact -> new RuledOut(conditions.getOrDefault(fact, Map.of())))
            .toArray(RuledOut[]::new);
    this.timed =
        IntStream.range(0, promotions.length).filter(i -> promotions[i].isTimed()).toArray();
    this.groups = groupNumbers.size();
    this.layers = new Layers(rules.experiments());
    rules.experiments().stream()
        .flatMap(experiment -> experiment.variants().stream())
        .forEach(variant -> allowed.put(variant.promotions(), bits(variant.promotions())));
    for (Experiment experiment : rules.experiments()) {
      differing.put(experiment.id(), bits(Strategy.differing(experiment)));
    }
  }

  RuleSet rules() {
    return rules;
  }

  int size() {
    return promotions.length;
  }

  CompiledPromotion promotion(int number) {
    return promotions[number];
  }

  Fact[] facts() {
    return facts;
  }

  /** What each fact rules out. */
  RuledOut[] ruledOut() {
    return ruledOut;
  }

  /** Numbers of the promotions that do not hold at all times. */
  int[] timed() {
    return timed;
  }

  /** How many stacking groups there are. */
  int groups() {
    return groups;
  }

  /** Where the experiments lie in their layers. */
  Layers layers() {
    return layers;
  }

  /** Which promotions are in a list, a bit each. The lists of variants were looked up before. */
  BitSet allowed(List<String> ids) {
    BitSet known = allowed.get(ids);
    return known == null ? bits(ids) : known;
  }

  /**
   * The promotions in which the variants of an experiment differ, a bit each; null when the rules
   * have no such experiment, as that on the loop itself.
   */
  BitSet differing(String experimentId) {
    return differing.get(experimentId);
  }

  private BitSet bits(Collection<String> ids) {
    return IntStream.range(0, promotions.length)
        .filter(i -> ids.contains(promotions[i].promotion().id()))
        .collect(BitSet::new, BitSet::set, BitSet::or);
  }

  private static int member(Map<Fact, Integer> facts) {
    ConditionField level = ConditionField.MEMBER_LEVEL;
    return numberOf(new Fact(level.word(), level, true, null), facts);
  }

  private static <K> int numberOf(K key, Map<K, Integer> numbers) {
    return numbers.computeIfAbsent(key, unknown -> numbers.size());
  }

  private static Map<String, Integer> ranks(List<Promotion> promotions) {
    var ranks = new HashMap<String, Integer>();
    promotions.stream()
        .sorted(Comparator.comparing(promotion -> promotion, Stacking.PRECEDENCE))
        .forEach(promotion -> ranks.put(promotion.id(), ranks.size()));
    return ranks;
  }
}
