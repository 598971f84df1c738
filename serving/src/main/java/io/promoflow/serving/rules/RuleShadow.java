package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Other rules beside the log: for every logged decision how probable each choice was under the
 * rules of then, and is under the others, in the situation of then with what the shopper had been
 * offered, what the models of then say, the dual prices of then and what the ledger refused then.
 * What a budget that is cut or new may not cover is undecidable, and so is what only such a
 * promotion keeps out of its stacking group. Decisions that may rest on what the log does not keep
 * are undecidable, as in {@link RulePreview}. Of variants that were not drawn the ledger was not
 * asked, and nobody knows what it would have refused of them.
 */
public final class RuleShadow {
  private final Assumptions assumptions;
  private final ChoiceShares planned;
  private final LongFunction<RuleSet> history;
  private final PolicyOfThen before;

  /** Rules of then as they would choose now, by version. */
  private final Map<Long, ChoiceShares> incumbents = new Newest<>();

  private final Map<Long, Untold> untoldOfIncumbents = new Newest<>();
  private final Untold untold;
  private final LedgerOfThen ledger = new LedgerOfThen();
  private final LoggedPrices prices;
  private final AskedAgain models;
  private final OffersSoFar offers;
  private final PlannedLimits limits;
  private final Shadowed.Maker shadows = new Shadowed.Maker();
  private final List<Shadowed> shadowed = new ArrayList<>();

  private RuleShadow(
      DataSource store,
      Assumptions assumptions,
      LongFunction<RuleSet> history,
      ModelShadow.Versions models,
      RuleSet planned,
      Instant from,
      Instant until) {
    this.assumptions = assumptions;
    this.history = history;
    this.before = new PolicyOfThen(assumptions, ledger);
    this.models = new AskedAgain(models);
    this.offers = OffersSoFar.ofThen(store, from, until, history, List.of(planned));
    this.limits = PlannedLimits.at(from, store, planned);
    this.prices = new LoggedPrices(store);
    this.planned = new ChoiceShares(assumptions, planned, ledger);
    this.untold = Untold.ofAnyVariant(assumptions, planned, ledger);
  }

  /**
   * What was decided for in [from, until), the rules of then, by what is left to chance now, as
   * incumbents; decisions for those who are held out are left out. A promotion that the others
   * changed is another choice.
   *
   * @param store that gives two connections at a time
   * @param history the rules by version; null when they are lost
   * @param models where those are that the log names
   */
  public static List<Shadowed> of(
      DataSource store,
      Assumptions assumptions,
      LongFunction<RuleSet> history,
      ModelShadow.Versions models,
      RuleSet planned,
      Instant from,
      Instant until) {
    var shadow = new RuleShadow(store, assumptions, history, models, planned, from, until);
    LoggedDecision.forEach(store, from, until, shadow::take);
    return shadow.shadowed;
  }

  private void take(LoggedDecision logged) {
    Decision decision = logged.decision();
    if (LoopHoldout.ID.equals(decision.experimentId())) {
      return;
    }
    shadowed.add(shadowed(logged, offers.of(decision.shopperId())));
    offers.note(decision);
  }

  private Shadowed shadowed(LoggedDecision logged, Caps caps) {
    Decision decision = logged.decision();
    Optional<Scores> scores = models.then(logged);
    RuleSet rules = history.apply(decision.ruleVersion());
    if (scores.isEmpty() || rules == null || prices.areLost(decision, rules)) {
      if (decision.promotionId() != null) {
        limits.promise(decision.promotionId(), decision.expectedCostCents(), 1);
      }
      return shadows.unknown(decision);
    }
    return shadowed(logged, rules, scores.get(), caps, prices.of(decision));
  }

  private Shadowed shadowed(
      LoggedDecision told, RuleSet rules, Scores scores, Caps caps, DualPrices priced) {
    Decision decision = told.decision();
    LoggedDecision logged = told.knowingMargin(rules, scores, assumptions);
    ledger.goBackTo(decision, promotion -> true);
    Map<String, Double> then = before.shares(logged, rules, scores, caps, priced);
    Map<String, Double> incumbent =
        incumbents
            .computeIfAbsent(
                rules.version(), version -> new ChoiceShares(assumptions, rules, ledger))
            .of(logged, scores, caps, priced);
    boolean untoldThen =
        before.mayRestOnUntold(logged, rules, scores, caps, priced)
            || untoldOfIncumbents
                .computeIfAbsent(
                    rules.version(), version -> Untold.ofAnyVariant(assumptions, rules, ledger))
                .mayMatter(logged, rules, scores, caps, priced, kept -> false);
    ledger.goBackTo(
        decision, promotion -> RulesOfThen.hasSameLimits(promotion, rules, planned.rules()));
    Map<String, Double> now = planned.of(logged, scores, caps, priced);
    var wished = new TreeMap<String, Double>();
    now.forEach(
        (choice, share) ->
            wished.merge(RulesOfThen.named(choice, rules, planned.rules()), share, Double::sum));
    Predicate<Candidate> mayBeRefused =
        one ->
            mayHaveRefused(one.promotionId())
                || !limits.wouldCover(one.promotionId(), one.costCents(), rules);
    boolean kept = planned.keepers().stream().noneMatch(mayBeRefused);
    boolean covered = promise(now, rules);
    if (!kept
        || !covered
        || untoldThen
        || untold.mayMatter(logged, rules, scores, caps, priced, mayBeRefused)) {
      return shadows.undecidable(decision);
    }
    return shadows.of(decision, then, incumbent, wished);
  }

  /** What the ledger refused then and would be asked for again, under other limits. */
  private boolean mayHaveRefused(String promotion) {
    return ledger.hasRefused(promotion) && RulesOfThen.isLimited(promotion, planned.rules());
  }

  /** Goes past what the planned rules give; whether their limits surely cover each of it. */
  private boolean promise(Map<String, Double> choices, RuleSet then) {
    boolean covered = true;
    for (var one : choices.entrySet()) {
      long cost = ledger.costCents(one.getKey());
      covered &=
          one.getValue() == 0
              || (limits.cover(one.getKey(), cost, then) && !mayHaveRefused(one.getKey()));
      limits.promise(one.getKey(), cost, one.getValue());
    }
    return covered;
  }
}
