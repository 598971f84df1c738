package io.promoflow.ingestion;

import java.util.ArrayList;
import java.util.List;

/** The known parts of a raw event, read but not yet checked. */
final class RawEvent {
  /** Fields of the event itself and of its nested properties. */
  final RawFields fields = new RawFields("$");

  /** The first value that must be an object or an array and is not; null when there is none. */
  RawValue misplaced;

  /** Where a missing field would be looked for: the nested object when the event has one. */
  String home = "$";

  private final List<RawFields> lines = new ArrayList<>();
  private boolean unitDiscounts;
  private int linesRank = Integer.MAX_VALUE;

  /** Begins a products or items array; a stronger one replaces what a weaker one gave. */
  boolean beginLines(int rank, boolean perUnitDiscounts) {
    if (rank >= linesRank) {
      return false;
    }
    linesRank = rank;
    unitDiscounts = perUnitDiscounts;
    lines.clear();
    return true;
  }

  void addLine(RawFields line) {
    lines.add(line);
  }

  void misplaced(RawValue value) {
    if (misplaced == null) {
      misplaced = value;
    }
  }

  List<RawFields> lines() {
    return lines;
  }

  /** GA4's items: the discount is per piece and the price is already reduced by it. */
  boolean hasUnitDiscounts() {
    return unitDiscounts;
  }
}
