package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.pricing.Stacking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One version of the rules, laid out for {@link Screening}: conditions that several promotions
 * share are one, what several conditions ask is one, promotions go by their number in the file.
 * Never changes, so that many threads share it.
 */
final class CompiledRules {
  private final RuleSet rules;
  private final Fact[] facts;
  private final CompiledCondition[] conditions;
  private final CompiledPromotion[] promotions;
  private final IdentityHashMap<List<String>, boolean[]> allowed = new IdentityHashMap<>();
  private final Map<String, int[]> differing = new HashMap<>();
  private final int groups;

  /**
   * A promotion by numbers.
   *
   * @param promotion itself
   * @param conditions its eligibility, in declared order
   * @param memberFact what tells the level that a member price is for; -1 for other kinds
   * @param group number of its stacking group; -1 without one
   * @param rank place by {@link Stacking#PRECEDENCE} among all
   * @param leastSpendCents covered cart value below which nothing is given
   * @param limited whether it or anything has a cap
   */
  record CompiledPromotion(
      Promotion promotion,
      int[] conditions,
      int memberFact,
      int group,
      int rank,
      long leastSpendCents,
      boolean limited) {

    boolean holds(Instant at) {
      return promotion.periods().isEmpty()
          ? Decider.holds(promotion.from(), promotion.until(), at)
          : promotion.holds(at);
    }
  }

  CompiledRules(RuleSet rules) {
    this.rules = rules;
    var factNumbers = new LinkedHashMap<Fact, Integer>();
    var conditionNumbers = new LinkedHashMap<CompiledCondition, Integer>();
    var groupNumbers = new HashMap<String, Integer>();
    Map<String, Integer> ranks = ranks(rules.promotions());
    var compiled = new ArrayList<CompiledPromotion>();
    for (Promotion promotion : rules.promotions()) {
      compiled.add(
          new CompiledPromotion(
              promotion,
              promotion.eligibility().stream()
                  .mapToInt(one -> number(one, promotion.zone(), factNumbers, conditionNumbers))
                  .toArray(),
              promotion.kind() == PromotionKind.MEMBER_PRICE ? member(factNumbers) : -1,
              promotion.stackingGroup() == null
                  ? -1
                  : numberOf(promotion.stackingGroup(), groupNumbers),
              ranks.get(promotion.id()),
              promotion.terms().leastSpendCents(),
              promotion.perShopperCap() != null || !rules.contactCaps().isEmpty()));
    }
    this.facts = factNumbers.keySet().toArray(Fact[]::new);
    this.conditions = conditionNumbers.keySet().toArray(CompiledCondition[]::new);
    this.promotions = compiled.toArray(CompiledPromotion[]::new);
    this.groups = groupNumbers.size();
    rules.experiments().stream()
        .flatMap(experiment -> experiment.variants().stream())
        .forEach(variant -> allowed.put(variant.promotions(), flags(variant.promotions())));
    for (Experiment experiment : rules.experiments()) {
      boolean[] flags = flags(Strategy.differing(experiment));
      differing.put(
          experiment.id(), IntStream.range(0, flags.length).filter(i -> flags[i]).toArray());
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

  CompiledCondition[] conditions() {
    return conditions;
  }

  /** How many stacking groups there are. */
  int groups() {
    return groups;
  }

  /** Which promotions are in a list, by number. The lists of variants were looked up beforehand. */
  boolean[] allowed(List<String> ids) {
    boolean[] known = allowed.get(ids);
    return known == null ? flags(ids) : known;
  }

  /**
   * Numbers of the promotions in which the variants of an experiment differ; null when the rules
   * have no such experiment, as that on the loop itself.
   */
  int[] differing(String experimentId) {
    return differing.get(experimentId);
  }

  private boolean[] flags(Collection<String> ids) {
    var flags = new boolean[promotions.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = ids.contains(promotions[i].promotion().id());
    }
    return flags;
  }

  private static int number(
      Condition condition,
      String zone,
      Map<Fact, Integer> facts,
      Map<CompiledCondition, Integer> conditions) {
    int fact = numberOf(Fact.of(condition, zone), facts);
    return numberOf(CompiledCondition.of(condition, fact), conditions);
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
