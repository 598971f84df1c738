package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Decider;
import io.promoflow.serving.PreparedRules;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * Whether a choice may rest on the margin of a cart of which the log keeps the value alone, where
 * categories have shares of their own and no candidate tells it. A score is a straight line over
 * the margin: what is in front with the least that the cart may have and with the most is in front
 * with all between.
 */
final class UntoldMargin {
  private final LedgerOfThen ledger = new LedgerOfThen();
  private final List<Decider> deciders;
  private final boolean exploring;
  private final boolean ofAnyVariant;
  private final RuleSet rules;

  /** With the least margin that a cart may have; null where lines say nothing of it. */
  private final PreparedRules least;

  private final PreparedRules most;

  /**
   * Under some rules.
   *
   * @param ofAnyVariant whether variants there have all that any of them gives: what is best among
   *     all, or excludes others of its group there, says nothing of one of them
   */
  UntoldMargin(Assumptions assumptions, RuleSet rules, boolean ofAnyVariant) {
    Assumptions best = assumptions.exploring(0);
    this.deciders = List.of(new Decider(best), new Decider(best, ledger));
    this.exploring = assumptions.explorationShare() > 0;
    this.ofAnyVariant = ofAnyVariant;
    this.rules =
        ofAnyVariant
            ? rules.withPromotions(
                rules.promotions().stream().map(Promotion::withoutGroup).toList())
            : rules;
    Margin stated = rules.margin();
    Collection<Double> shares = stated == null ? List.of() : stated.categories().values();
    this.least = shares.isEmpty() ? null : withShare(Collections.min(shares), Math::min);
    this.most = shares.isEmpty() ? null : withShare(Collections.max(shares), Math::max);
  }

  private PreparedRules withShare(double ofCategories, DoubleBinaryOperator which) {
    Margin stated = rules.margin();
    double share = which.applyAsDouble(stated.share(), ofCategories);
    return new PreparedRules(
        rules.withMargin(new Margin(share, stated.floor(), Map.of(), stated.floors())));
  }

  boolean mayMatter(LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    if (!logged.restsOnLines(rules) || logged.tellsMargin(rules)) {
      return false;
    }
    ledger.goBackTo(logged.decision(), promotion -> true);
    return deciders.stream()
        .anyMatch(
            one ->
                !order(one, least, logged, scores, caps, prices)
                    .equals(order(one, most, logged, scores, caps, prices)));
  }

  /** What is chosen; where chance or a variant may choose, what may be chosen, best first. */
  private List<String> order(
      Decider decider,
      PreparedRules under,
      LoggedDecision logged,
      Scores scores,
      Caps caps,
      DualPrices prices) {
    Decision made =
        decider.decideBriefly(
            logged.request(under.rules()), logged.features(), scores, under, caps, prices);
    boolean laidDown = made.experimentId() != null;
    if (laidDown ? !ofAnyVariant : !exploring) {
      return List.of(ChoiceShares.choice(made));
    }
    var open = new ArrayList<>(made.candidates());
    open.removeIf(one -> laidDown && one.promotionId() == null); // given whatever it scores
    Collections.reverse(open); // nothing, which comes last, goes before what scores the same
    open.sort(Comparator.comparing(Candidate::score).reversed());
    return open.stream()
        .map(one -> one.promotionId() == null ? RulePreview.NOTHING : one.promotionId())
        .toList();
  }
}
