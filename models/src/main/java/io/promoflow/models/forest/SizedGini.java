package io.promoflow.models.forest;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.dtree.impurity.LabelImpurity;

/**
 * Gini's index (Breiman et al. 1984, 4.3.1) that finds no split good with a small side to it.
 * Tribuo's own minimum only keeps small nodes from being split further; leaves of one row remain.
 */
final class SizedGini implements LabelImpurity {
  private static final GiniIndex GINI = new GiniIndex();

  private final float least;

  /** The least weight of a side. */
  SizedGini(float least) {
    this.least = least;
  }

  @Override
  public double impurityNormed(double[] shares) {
    return GINI.impurityNormed(shares);
  }

  /** Of one side of a split, times its weight. */
  @Override
  public double impurityWeighted(float[] weights) {
    float sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum < least ? Double.POSITIVE_INFINITY : GINI.impurityWeighted(weights);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "LabelImpurity");
  }
}
