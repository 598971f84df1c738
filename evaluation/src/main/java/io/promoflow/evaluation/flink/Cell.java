package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.schema.Experiment;

/**
 * Shoppers of a variant within a segment whom the same draw assigned.
 *
 * @param segment id
 * @param variant id
 * @param draw see {@link Strata}; empty for sums from before draws were told apart
 */
public record Cell(String segment, String variant, String draw) {
  public Cell {
    draw = draw == null ? "" : draw;
  }

  /** Where its shoppers belong now that the rules of a version have been read. */
  Cell redrawn(long version, Experiment rules) {
    return draw.equals(Strata.unknownDraw(version, segment))
        ? new Cell(segment, variant, Strata.draw(rules, segment))
        : this;
  }
}
