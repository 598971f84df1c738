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
 * probability is the one over what could be given. Should somebody else take the last of a budget
 * between asking and reserving, the draw starts over among the rest.
 */
final class Choosing {
  private static final String DRAW = "exploration";

  private final DecisionRequest request;
  private final Strategy strategy;
  private final Ledger ledger;
  private final double explorationShare;
  private final Map<String, Candidate> losses;
  private final boolean inWords;

  /** By what the decision is known; found out once. */
  private final String decisionId;

  /**
   * Of one decision.
   *
   * @param losses why promotions lost, by id; grows
   */
  Choosing(
      DecisionRequest request,
      Strategy strategy,
      Ledger ledger,
      double explorationShare,
      Map<String, Candidate> losses) {
    this(request, strategy, ledger, explorationShare, losses, true);
  }

  private Choosing(
      DecisionRequest request,
      Strategy strategy,
      Ledger ledger,
      double explorationShare,
      Map<String, Candidate> losses,
      boolean inWords) {
    this.request = request;
    this.strategy = strategy;
    this.ledger = ledger;
    this.explorationShare = explorationShare;
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
      Map<String, Candidate> losses) {
    return new Choosing(request, strategy, ledger, explorationShare, losses, false);
  }

  /** What is chosen, and how probable it was among what could be chosen; reserved if anything. */
  Arms.Drawn choose(Collection<Scored> open) {
    var refused = new ArrayList<Refused>();
    var left = new ArrayList<>(open);
    left.sort(Scored.BEST_FIRST);
    left.removeIf(one -> note(one, wouldRefuse(one), refused));
    while (true) {
      Arms arms = arms(left);
      Arms.Drawn drawn = arms.at(position(refused.size()));
      Scored chosen = drawn.chosen();
      if (chosen == null || !note(chosen, reserve(chosen), refused)) {
        explain(drawn, arms, refused);
        want(chosen, refused);
        return drawn;
      }
      left.remove(chosen);
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

  /** What would have been in front is what the ledger should have more of. */
  private void want(Scored chosen, List<Refused> refused) {
    for (Refused one : refused) {
      if (isInFront(one.one(), chosen)) {
        ledger.want(one.one().claim(request, decisionId));
        return;
      }
    }
  }

  private boolean isInFront(Scored one, Scored chosen) {
    return chosen == null
        ? strategy.givesAnyScore() || one.score() > 0
        : Scored.BEST_FIRST.compare(one, chosen) < 0;
  }

  private Arms arms(List<Scored> left) {
    return strategy.givesAnyScore()
        ? Arms.laidDown(List.copyOf(left))
        : Arms.free(List.copyOf(left), explorationShare);
  }

  private double position(int round) {
    return explorationShare == 0 ? 0 : Assignment.position(DRAW + '/' + round, decisionId);
  }

  private void explain(Arms.Drawn drawn, Arms arms, List<Refused> refused) {
    Scored chosen = drawn.chosen();
    for (Scored one : arms.choices()) {
      if (!one.equals(chosen)) {
        losses.put(one.id(), beaten(one, chosen));
      }
    }
    double toBeat = chosen == null ? 0 : chosen.score();
    refused.forEach(r -> losses.put(r.one().id(), refusedBy(r, toBeat)));
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

  private Candidate refusedBy(Refused refused, double toBeat) {
    Scored one = refused.one();
    if (!inWords) {
      return one.lost(loss(refused.refusal()), null);
    }
    String what =
        switch (refused.refusal()) {
          case BUDGET_SPENT -> "with " + one.valuation().costCents() + " cents left in its budget";
          case OUT_OF_STOCK -> "with a unit of it left";
          case PACED -> "with its budget not ahead of the plan";
          case NO_LEASE -> "with enough of its budget leased by the server";
          default -> "if the ledger granted it";
        };
    String then =
        one.score() > toBeat
            ? " it would have been in front: it scores %.2f cents, the choice %.2f"
            : " it would not have been in front either: it scores %.2f cents, the choice %.2f";
    String detail = what + then.formatted(one.score(), toBeat);
    return one.lost(loss(refused.refusal()), detail);
  }

  private static Loss loss(Refusal refusal) {
    return switch (refusal) {
      case BUDGET_SPENT -> Loss.BUDGET_SPENT;
      case OUT_OF_STOCK -> Loss.OUT_OF_STOCK;
      case PACED -> Loss.PACED;
      case NO_LEASE -> Loss.NO_LEASE;
      case CAP_REACHED, NOTHING_PROMISED, EXPIRED, KEY_REUSED -> Loss.CAP_REACHED;
    };
  }
}
