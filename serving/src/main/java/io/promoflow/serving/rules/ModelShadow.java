package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.models.UpliftScorer;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import javax.sql.DataSource;

/**
 * Another version of a model beside the log: for every logged decision how probable each choice was
 * then, would have been with the version in force now, and with the other one. Nothing else
 * differs: rules, other models, features, earlier offers, dual prices and what the ledger refused
 * are those of then. Decisions that may rest on what the log does not keep are undecidable, as in
 * {@link RuleShadow}.
 */
public final class ModelShadow {
  private final Assumptions assumptions;
  private final AskedAgain models;
  private final List<ModelVersion> incumbents;
  private final List<ModelVersion> challengers;
  private final OffersSoFar offers;
  private final LongFunction<RuleSet> history;
  private final PolicyOfThen before;
  private final Map<Long, ChoiceShares> rules = new Newest<>();
  private final Map<Long, Untold> untold = new Newest<>();
  private final LedgerOfThen ledger = new LedgerOfThen();
  private final LoggedPrices prices;
  private final Shadowed.Maker shadows = new Shadowed.Maker();
  private final List<Shadowed> shadowed = new ArrayList<>();

  /** Where models are kept. */
  @FunctionalInterface
  public interface Versions {
    /** The model as it was trained; empty when nobody knows it any more. */
    Optional<ModelVersion> find(String name, String version);
  }

  private ModelShadow(
      DataSource store,
      Assumptions assumptions,
      LongFunction<RuleSet> history,
      Versions versions,
      List<ModelVersion> incumbents,
      List<ModelVersion> challengers,
      OffersSoFar offers) {
    this.history = history;
    this.prices = new LoggedPrices(store);
    this.assumptions = assumptions;
    this.before = new PolicyOfThen(assumptions, ledger);
    this.models = new AskedAgain(versions);
    this.incumbents = incumbents;
    this.challengers = challengers;
    this.offers = offers;
  }

  /**
   * What was decided for in [from, until); decisions for those who are held out are left out.
   *
   * @param store that gives two connections at a time
   * @param history the rules by version; null when they are lost
   * @param incumbents in force now; none where serving goes without
   * @param challengers to stand in their place: one model, or all responses of a window
   */
  public static List<Shadowed> of(
      DataSource store,
      Assumptions assumptions,
      LongFunction<RuleSet> history,
      Versions versions,
      List<ModelVersion> incumbents,
      List<ModelVersion> challengers,
      Instant from,
      Instant until) {
    var shadow =
        new ModelShadow(
            store,
            assumptions,
            history,
            versions,
            incumbents,
            challengers,
            OffersSoFar.ofThen(store, from, until, history, List.of()));
    LoggedDecision.forEach(store, from, until, shadow::take);
    return shadow.shadowed;
  }

  /** Those of a list that other models can stand in the place of. */
  public static List<ModelVersion> placeOf(
      List<ModelVersion> challengers, Collection<ModelVersion> inForce) {
    return inForce.stream().filter(one -> isReplaced(one.name(), challengers)).toList();
  }

  /** Responses are replaced all together: those of two windows are no uplift. */
  private static boolean isReplaced(String name, List<ModelVersion> challengers) {
    return challengers.stream()
        .anyMatch(
            one ->
                one.name().equals(name)
                    || (UpliftScorer.isResponse(one.name()) && UpliftScorer.isResponse(name)));
  }

  private void take(LoggedDecision logged) {
    Decision decision = logged.decision();
    if (LoopHoldout.ID.equals(decision.experimentId())) {
      return;
    }
    shadowed.add(shadowed(logged, offers.of(decision.shopperId())));
    offers.note(decision);
  }

  private Shadowed shadowed(LoggedDecision told, Caps caps) {
    Decision decision = told.decision();
    Optional<Map<String, ModelVersion>> then = models.named(decision);
    RuleSet under = history.apply(decision.ruleVersion());
    if (told.featuresAreLost()
        || then.isEmpty()
        || under == null
        || prices.areLost(decision, under)) {
      return shadows.unknown(decision);
    }
    Scores said = models.scores(told, then.get());
    LoggedDecision logged = told.knowingMargin(under, said, assumptions);
    ledger.goBackTo(decision, promotion -> true);
    DualPrices priced = prices.of(decision);
    if (before.mayRestOnUntold(logged, under, said, caps, priced)) {
      return shadows.undecidable(decision);
    }
    Scores incumbent = models.scores(logged, with(incumbents, then.get()));
    Scores challenger = models.scores(logged, with(challengers, then.get()));
    // versions that say the same of a shopper choose the same
    var byScores = new HashMap<Scores, Map<String, Double>>();
    for (Scores one : new LinkedHashSet<>(List.of(incumbent, challenger))) {
      if (mayRestOnUntold(logged, under, one, caps, priced)) {
        return shadows.undecidable(decision);
      }
      byScores.put(one, shares(logged, under, one, caps, priced));
    }
    return shadows.of(
        decision,
        before.shares(logged, under, said, caps, priced),
        byScores.get(incumbent),
        byScores.get(challenger));
  }

  private boolean mayRestOnUntold(
      LoggedDecision logged, RuleSet under, Scores scores, Caps caps, DualPrices priced) {
    return untold
        .computeIfAbsent(
            under.version(), version -> Untold.ofAnyVariant(assumptions, under, ledger))
        .mayMatter(logged, under, scores, caps, priced, kept -> false);
  }

  private Map<String, Double> shares(
      LoggedDecision logged, RuleSet under, Scores scores, Caps caps, DualPrices priced) {
    return rules
        .computeIfAbsent(under.version(), version -> new ChoiceShares(assumptions, under, ledger))
        .of(logged, scores, caps, priced);
  }

  private Map<String, ModelVersion> with(
      List<ModelVersion> others, Map<String, ModelVersion> models) {
    var replaced = new TreeMap<>(models);
    replaced.keySet().removeIf(name -> isReplaced(name, challengers));
    others.forEach(model -> replaced.put(model.name(), model));
    return replaced;
  }
}
