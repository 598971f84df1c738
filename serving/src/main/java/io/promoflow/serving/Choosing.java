package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes one of the promotions that are left, reserves it at the ledger, and tells the others why
 * not.
 *
 * <p>What the ledger would not promise is left out before anything is drawn, so that the logged
 * probability is the one over what could be given; who waits behind it in its stacking group takes
 * its place. Should somebody else take the last of a budget between asking and reserving, the draw
 * starts over among the rest.
 */
final class Choosing {
  private static final String DRAW = "exploration";

  private final DecisionRequest request;
  private final Strategy strategy;
  private final Ledger ledger;
  private final double explorationShare;
  private final Successors successors;
  private final Map<String, Candidate> losses;
  private final boolean inWords;

  /** By what the decision is known; found out once. */
  private final String decisionId;

  /**
   * Of one decision.
   *
   * @param successors who takes the place of what is refused
   * @param losses why promotions lost, by id; grows
   */
  Choosing(
      DecisionRequest request,
      Strategy strategy,
      Ledger ledger,
      double explorationShare,
      Successors successors,
      Map<String, Candidate> losses) {
    this(request, strategy, ledger, explorationShare, successors, losses, true);
  }

  private Choosing(
      DecisionRequest request,
      Strategy strategy,
      Ledger ledger,
      double explorationShare,
      Successors successors,
      Map<String, Candidate> losses,
      boolean inWords) {
    this.request = request;
    this.strategy = strategy;
    this.ledger = ledger;
    this.explorationShare = explorationShare;
    this.successors = successors;
    this.losses = losses;
    this.inWords = inWords;
    this.decisionId = request.decisionId();
  }

  /** The same without a word of explanation. */
  static Choosing briefly(
      DecisionRequest request,
      Strategy strategy,
      Ledger ledger,
      double explorationShare,
      Successors successors,
      Map<String, Candidate> losses) {
    return new Choosing(request, strategy, ledger, explorationShare, successors, losses, false);
  }

  /** What is chosen, and how probable it was among what could be chosen; reserved if anything. */
  Arms.Drawn choose(Collection<Scored> open) {
    var refused = new ArrayList<Refused>();
    var left = new ArrayList<>(open);
    left.sort(Scored.BEST_FIRST);
    left.removeIf(one -> note(one, wouldRefuse(one), refused));
    replace(refused, 0, left);
    while (true) {
      Arms arms = arms(left);
      Arms.Drawn drawn = arms.at(position(refused.size()));
      Scored chosen = drawn.chosen();
      if (chosen == null || !note(chosen, reserve(chosen), refused)) {
        explain(chosen, arms, refused);
        want(chosen, arms, refused);
        return drawn;
      }
      left.remove(chosen);
      replace(refused, refused.size() - 1, left);
    }
  }

  /** What waited behind the refused ones comes in question, unless it is refused, too. */
  private void replace(List<Refused> refused, int from, List<Scored> left) {
    boolean replaced = false;
    for (int i = from; i < refused.size(); i++) {
      Scored next = successors.after(refused.get(i).one());
      if (next != null && !note(next, wouldRefuse(next), refused)) {
        left.add(next);
        replaced = true;
      }
    }
    if (replaced) {
      left.sort(Scored.BEST_FIRST);
    }
  }

  private record Refused(Scored one, Refusal refusal) {}

  /** What is not limited is not asked for: there is nothing to reserve. */
  private Optional<Refusal> wouldRefuse(Scored one) {
    return one.isLimited() ? ledger.wouldRefuse(one.claim(request, decisionId)) : Optional.empty();
  }

  private Optional<Refusal> reserve(Scored one) {
    return one.isLimited() ? ledger.reserve(one.claim(request, decisionId)) : Optional.empty();
  }

  private static boolean note(Scored one, Optional<Refusal> refusal, List<Refused> refused) {
    refusal.ifPresent(why -> refused.add(new Refused(one, why)));
    return refusal.isPresent();
  }

  /**
   * What would have been in front is what the ledger should have more of. Where there may be none,
   * or none for a while, that goes for the next one, too.
   */
  private void want(Scored chosen, Arms arms, List<Refused> refused) {
    for (Refused one : refused) {
      if (isInFront(one.one(), rival(one.one(), chosen, arms))) {
        ledger.want(one.one().claim(request, decisionId));
        if (one.refusal() == Refusal.NO_LEASE) {
          return;
        }
      }
    }
  }

  /**
   * What a refused one would have had to beat; null for nothing. It would have kept what is chosen
   * out, if that is of its group.
   */
  private Scored rival(Scored refused, Scored chosen, Arms arms) {
    if (chosen == null || !refused.excludes(chosen)) {
      return chosen;
    }
    for (Scored other : arms.choices()) {
      if (!refused.excludes(other)) {
        return strategy.givesAnyScore() || other.score() > 0 ? other : null;
      }
    }
    return null;
  }

  private boolean isInFront(Scored one, Scored rival) {
    return rival == null
        ? strategy.givesAnyScore() || one.score() > 0
        : Scored.BEST_FIRST.compare(one, rival) < 0;
  }

  private Arms arms(List<Scored> left) {
    return strategy.givesAnyScore()
        ? Arms.laidDown(List.copyOf(left))
        : Arms.free(List.copyOf(left), explorationShare);
  }

  private double position(int round) {
    return explorationShare == 0 ? 0 : Assignment.position(DRAW + '/' + round, decisionId);
  }

  private void explain(Scored chosen, Arms arms, List<Refused> refused) {
    for (Scored one : arms.choices()) {
      if (!one.equals(chosen)) {
        losses.put(one.id(), beaten(one, chosen));
      }
    }
    for (Refused one : refused) {
      Loss loss = loss(one.refusal());
      String detail = inWords ? ifGranted(one.one(), loss, chosen, arms) : null;
      losses.put(one.one().id(), one.one().lost(loss, detail));
    }
  }

  private Candidate beaten(Scored one, Scored chosen) {
    double toBeat = chosen == null ? 0 : chosen.score();
    String than = chosen == null ? "giving nothing" : chosen.id();
    boolean worthless = one.score() <= 0 && (chosen == null || chosen.score() > 0);
    if (!inWords) {
      return one.lost(loss(one, toBeat, worthless), null);
    }
    if (one.score() > toBeat) {
      return one.lost(Loss.NOT_DRAWN, than + " was drawn to be tried");
    }
    String detail =
        "scores %.2f cents, %s scores %.2f".formatted(one.score(), than, toBeat)
            + priced(one.valuation(), toBeat);
    return one.lost(loss(one, toBeat, worthless), detail);
  }

  private static Loss loss(Scored one, double toBeat, boolean worthless) {
    if (one.score() > toBeat) {
      return Loss.NOT_DRAWN;
    }
    return worthless ? Loss.NOT_WORTH_ITS_COST : Loss.LOWER_SCORE;
  }

  /** What larger budgets, stock or caps would have changed. */
  private static String priced(Valuation valuation, double toBeat) {
    return valuation.priceCents() > 0 && valuation.gainCents() > toBeat
        ? ": gains %.2f cents, takes %.2f from others; chosen if it took less than %.2f"
            .formatted(
                valuation.gainCents(), valuation.priceCents(), valuation.gainCents() - toBeat)
        : "";
  }

  private String ifGranted(Scored one, Loss loss, Scored chosen, Arms arms) {
    Scored rival = rival(one, chosen, arms);
    boolean excludesChoice = chosen != null && one.excludes(chosen);
    double toBeat = rival == null ? 0 : rival.score();
    String then =
        rival == null && strategy.givesAnyScore()
            ? IfGranted.given(one.score())
            : IfGranted.compared(isInFront(one, rival), one.score(), excludesChoice, toBeat);
    return IfGranted.with(loss, one.valuation().costCents()) + then;
  }

  private static Loss loss(Refusal refusal) {
    return switch (refusal) {
      case BUDGET_SPENT -> Loss.BUDGET_SPENT;
      case OUT_OF_STOCK -> Loss.OUT_OF_STOCK;
      case PACED -> Loss.PACED;
      case NO_LEASE -> Loss.NO_LEASE;
      case CAP_REACHED, LEASED, WRONG_CODE, CODE_USED, NOTHING_PROMISED, EXPIRED, KEY_REUSED ->
          Loss.CAP_REACHED;
    };
  }
}
