package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Decider;
import io.promoflow.serving.PreparedRules;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Decides logged decisions again under other rules, with the features that they rested on, what the
 * models of then say and the dual prices of then, and counts what would have changed.
 *
 * <p>The log keeps the value of a cart, not its lines, no channel, and no level that the question
 * told: where a promotion that rests on them may have been open, and the log does not say so, the
 * decision is not made again but counted as undecidable. What the ledger refused then it refuses
 * again; what a budget that is cut or new may not cover is undecidable, and so is what only such a
 * promotion keeps out of its stacking group. Caps count what was offered before the span, and from
 * then on the offers of the preview itself.
 */
public final class RulePreview {
  /** What stands for no promotion. */
  public static final String NOTHING = "nothing";

  private final Assumptions assumptions;
  private final Decider decider;
  private final RuleSet rules;
  private final PreparedRules prepared;
  private final AskedAgain models;
  private final OffersSoFar offers;
  private final LoggedPrices prices;
  private final RulesOfThen then;
  private final Untold untold;
  private final PlannedLimits limits;
  private final LedgerOfThen ledger = new LedgerOfThen();
  private final Map<Move, Long> moves = new TreeMap<>();
  private long decisions;
  private long unknown;
  private long undecidable;
  private long changed;
  private long onOtherTerms;
  private long costBefore;
  private long costAfter;

  private RulePreview(
      DataSource store,
      Assumptions assumptions,
      RuleSet rules,
      AskedAgain models,
      Instant from,
      Instant until) {
    this.assumptions = assumptions;
    this.decider = new Decider(assumptions, ledger);
    this.rules = rules;
    this.prepared = new PreparedRules(rules);
    this.models = models;
    this.offers = OffersSoFar.of(store, from, until, List.of(rules));
    this.limits = PlannedLimits.at(from, store, rules);
    this.prices = new LoggedPrices(store);
    this.then = new RulesOfThen(store);
    this.untold = new Untold(assumptions, rules, ledger);
  }

  /**
   * From what was given to what would be.
   *
   * @param from promotion, or {@link #NOTHING}
   * @param to promotion, or {@link #NOTHING}; told as changed when it is of another kind, on other
   *     terms or for other products than then
   */
  public record Move(String from, String to) implements Comparable<Move> {
    @Override
    public int compareTo(Move other) {
      int order = from.compareTo(other.from);
      return order == 0 ? to.compareTo(other.to) : order;
    }
  }

  /**
   * What would change.
   *
   * @param from first moment
   * @param until first moment after it
   * @param decisions that were decided again
   * @param unknown decisions that could not be, since features, models or prices that they rested
   *     on are lost
   * @param undecidable decisions that could not be, since they may rest on lines of the cart, the
   *     channel, a level that was told, or a budget that was too small then and is another now, or
   *     is cut or new and may be too small now
   * @param changed of them with another promotion, the same one on other terms, or none
   * @param onOtherTerms of the changed those with the same promotion on other terms
   * @param moves how many went from what to what, unchanged ones included
   * @param costCentsBefore expected cost of what was given, if all of it is used
   * @param costCentsAfter the same of what would be given
   */
  public record Preview(
      Instant from,
      Instant until,
      long decisions,
      long unknown,
      long undecidable,
      long changed,
      long onOtherTerms,
      Map<Move, Long> moves,
      long costCentsBefore,
      long costCentsAfter) {}

  /** The last moment that was decided for; empty before the first. */
  public static Optional<Instant> newest(DataSource store) {
    try (var connection = store.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT max(at) FROM serving.decisions")) {
      rows.next();
      return Optional.ofNullable(rows.getTimestamp(1)).map(Timestamp::toInstant);
    } catch (SQLException e) {
      throw new IllegalStateException("decisions cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Decides again what was decided for in [from, until).
   *
   * @param store that gives two connections at a time
   * @param models where those are that the log names
   */
  public static Preview of(
      DataSource store,
      Assumptions assumptions,
      RuleSet rules,
      ModelShadow.Versions models,
      Instant from,
      Instant until) {
    var preview = new RulePreview(store, assumptions, rules, new AskedAgain(models), from, until);
    LoggedDecision.forEach(store, from, until, preview::again);
    return new Preview(
        from,
        until,
        preview.decisions,
        preview.unknown,
        preview.undecidable,
        preview.changed,
        preview.onOtherTerms,
        preview.moves,
        preview.costBefore,
        preview.costAfter);
  }

  private void again(LoggedDecision logged) {
    Optional<Scores> scores = models.then(logged);
    Decision before = logged.decision();
    if (scores.isEmpty() || prices.areLost(before, then.of(before.ruleVersion()))) {
      unknown++;
      goPast(before);
    } else {
      again(logged, scores.get(), prices.of(before));
    }
  }

  private void again(LoggedDecision told, Scores scores, DualPrices priced) {
    Decision before = told.decision();
    Caps caps = offers.of(before.shopperId());
    RuleSet of = then.of(before.ruleVersion());
    LoggedDecision logged = told.knowingMargin(of, scores, assumptions);
    ledger.goBackTo(before, promotion -> RulesOfThen.hasSameLimits(promotion, of, rules));
    Decision after =
        decider.decideBriefly(
            logged.request(rules), logged.features(), scores, prepared, caps, priced);
    Predicate<Candidate> mayBeRefused =
        one ->
            (ledger.hasRefused(one.promotionId())
                    && RulesOfThen.isLimited(one.promotionId(), rules))
                || !limits.wouldCover(one.promotionId(), one.costCents(), of);
    if (!ledger.isSure()
        || KeptOut.of(after, rules).values().stream()
            .filter(one -> !one.promotionId().equals(after.promotionId()))
            .anyMatch(mayBeRefused)
        || untold.mayMatter(logged, of, scores, caps, priced, mayBeRefused)
        || !isCovered(after, of)) {
      undecidable++;
      goPast(before);
    } else {
      note(before, after, of);
      goPast(after);
    }
  }

  private boolean isCovered(Decision after, RuleSet of) {
    return after.promotionId() == null
        || limits.cover(after.promotionId(), after.expectedCostCents(), of);
  }

  private void goPast(Decision decision) {
    offers.note(decision);
    if (decision.promotionId() != null) {
      limits.promise(decision.promotionId(), decision.expectedCostCents(), 1);
    }
  }

  private void note(Decision before, Decision after, RuleSet of) {
    String from = ChoiceShares.choice(before);
    String again = ChoiceShares.choice(after);
    String to = RulesOfThen.named(again, of, rules);
    decisions++;
    changed += from.equals(to) ? 0 : 1;
    onOtherTerms += from.equals(again) && !from.equals(to) ? 1 : 0;
    moves.merge(new Move(from, to), 1L, Long::sum);
    costBefore += before.expectedCostCents();
    costAfter += after.expectedCostCents();
  }
}
