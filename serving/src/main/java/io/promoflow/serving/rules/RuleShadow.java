package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Other rules beside the log: for every logged decision how probable each choice was under the
 * rules of then, and is under the others, in the situation of then with what the shopper had been
 * offered and what the models of then say. Ledger and dual prices are left out on both sides, and
 * promotions for some products or categories only are never offered, since the log keeps no lines
 * of carts.
 */
public final class RuleShadow {
  /** Stands behind the id of a promotion that others rules give another content. */
  private static final String CHANGED = " (changed)";

  private final Assumptions assumptions;
  private final ChoiceShares planned;
  private final Map<Long, RuleSet> history = new HashMap<>();
  private final Map<Long, ChoiceShares> before = new HashMap<>();
  private final AskedAgain models;
  private final OffersSoFar offers;
  private final List<Shadowed> shadowed = new ArrayList<>();

  private RuleShadow(
      Assumptions assumptions,
      Collection<RuleVersion> versions,
      ModelShadow.Versions models,
      RuleSet planned,
      OffersSoFar offers) {
    this.assumptions = assumptions;
    this.models = new AskedAgain(models);
    this.offers = offers;
    this.planned = new ChoiceShares(assumptions, planned);
    versions.forEach(version -> history.put(version.rules().version(), version.rules()));
  }

  /**
   * What was decided for in [from, until), the rules of then as incumbents; decisions for those who
   * are held out are left out. A promotion that the others changed is another choice.
   *
   * @param versions every rule version
   * @param models where those are that the log names
   */
  public static List<Shadowed> of(
      DataSource store,
      Assumptions assumptions,
      Collection<RuleVersion> versions,
      ModelShadow.Versions models,
      RuleSet planned,
      Instant from,
      Instant until) {
    var shadow =
        new RuleShadow(assumptions, versions, models, planned, OffersSoFar.before(store, from));
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
    long version = decision.ruleVersion();
    Optional<Scores> scores = models.then(logged);
    if (scores.isEmpty() || !history.containsKey(version)) {
      return Shadowed.unknown(decision);
    }
    ChoiceShares shares =
        before.computeIfAbsent(version, key -> new ChoiceShares(assumptions, history.get(key)));
    Map<String, Double> then = shares.of(logged, scores.get(), caps);
    var wished = new TreeMap<String, Double>();
    planned
        .of(logged, scores.get(), caps)
        .forEach((choice, share) -> wished.merge(named(choice, version), share, Double::sum));
    return new Shadowed(decision, ChoiceShares.choice(decision), then, then, wished);
  }

  private String named(String choice, long version) {
    if (choice.equals(RulePreview.NOTHING)) {
      return choice;
    }
    Optional<Promotion> now = find(planned.rules(), choice);
    Optional<Promotion> then = find(history.get(version), choice);
    boolean same =
        now.isPresent()
            && then.isPresent()
            && now.get().kind() == then.get().kind()
            && now.get().terms().equals(then.get().terms())
            && now.get().coversAs(then.get());
    return same || then.isEmpty() ? choice : choice + CHANGED;
  }

  private static Optional<Promotion> find(RuleSet rules, String id) {
    return rules.promotions().stream().filter(one -> one.id().equals(id)).findFirst();
  }
}
