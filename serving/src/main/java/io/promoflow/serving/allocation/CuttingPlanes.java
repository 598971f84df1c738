package io.promoflow.serving.allocation;

import io.promoflow.serving.allocation.DualFunction.Cut;
import java.util.ArrayList;
import java.util.List;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * Minimises the dual by planes that touch it from below (Kelley 1960; the dual view of Dantzig and
 * Wolfe's column generation), one plane per part of the sample and round: a linear program of a few
 * variables, solved by ojAlgo, proposes the next prices. Solving the relaxation as one linear
 * program, with a variable per offer, would take minutes where this takes a fraction of a second.
 */
final class CuttingPlanes {
  /** More parts mean fewer rounds and larger programs. */
  private static final int PARTS = 16;

  private static final int MOST_ROUNDS = 150;

  /** Relative distance between bound and minimum that ends the search. */
  private static final double TOLERANCE = 1e-7;

  private final DualFunction dual;
  private final int resources;
  private final int parts;
  private final double[] prohibitive;
  private final List<List<Cut>> cuts = new ArrayList<>();

  CuttingPlanes(DualFunction dual) {
    this.dual = dual;
    resources = dual.resources().count();
    parts = Math.max(1, Math.min(PARTS, dual.decisions()));
    prohibitive = new double[resources];
    for (int r = 0; r < resources; r++) {
      prohibitive[r] = dual.prohibitive(r);
    }
    for (int part = 0; part < parts; part++) {
      cuts.add(new ArrayList<>());
    }
  }

  /** The prices at which the bound on the profit is least. */
  DualSolution minimum() {
    DualSolution best = evaluate(new double[resources]);
    for (int round = 0; round < MOST_ROUNDS && resources > 0; round++) {
      DualSolution proposed = propose();
      if (best.value() - proposed.value() <= TOLERANCE * Math.max(1, best.value())) {
        return best;
      }
      DualSolution reached = evaluate(proposed.prices());
      best = reached.value() < best.value() ? reached : best;
    }
    return best;
  }

  /** The dual at these prices; the planes there are kept. */
  private DualSolution evaluate(double[] prices) {
    double value = 0;
    for (int r = 0; r < resources; r++) {
      value += prices[r] * dual.resources().amount(r);
    }
    for (int part = 0; part < parts; part++) {
      Cut cut = dual.cut(prices, border(part), border(part + 1));
      cuts.get(part).add(cut);
      value += cut.at(prices);
    }
    return new DualSolution(prices, value);
  }

  private int border(int part) {
    return (int) ((long) dual.decisions() * part / parts);
  }

  /** Where the planes known so far are lowest, and how low: no price goes below. */
  private DualSolution propose() {
    double unit = unit();
    var model = new ExpressionsBasedModel();
    var prices = new Variable[resources];
    for (int r = 0; r < resources; r++) {
      prices[r] =
          model
              .newVariable("price " + r)
              .lower(0)
              .upper(1)
              .weight(prohibitive[r] * dual.resources().amount(r) / unit);
    }
    for (int part = 0; part < parts; part++) {
      Variable value = model.newVariable("part " + part).lower(0).weight(1);
      int number = 0;
      for (Cut cut : cuts.get(part)) {
        Expression plane = model.newExpression("plane " + part + '/' + number++);
        plane.set(value, 1).lower(cut.gain() / unit);
        for (int r = 0; r < resources; r++) {
          plane.set(prices[r], prohibitive[r] * cut.uses()[r] / unit);
        }
      }
    }
    Optimisation.Result result = model.minimise();
    if (!result.getState().isFeasible()) {
      throw new IllegalStateException("the program of prices is " + result.getState());
    }
    var proposed = new double[resources];
    for (int r = 0; r < resources; r++) {
      proposed[r] = Math.max(0, result.doubleValue(r)) * prohibitive[r];
    }
    return new DualSolution(proposed, result.getValue() * unit);
  }

  /** Profit of one part without limits: keeps the program's numbers near 1. */
  private double unit() {
    double most = cuts.stream().mapToDouble(part -> part.get(0).gain()).max().orElse(1);
    return Math.max(1e-9, most);
  }
}
