package io.promoflow.models.offline;

import io.promoflow.models.trainer.RawTable;
import java.util.List;
import java.util.Optional;

/**
 * A table as its mapping reads it. Rows without a label are left out.
 *
 * @param table the columns that are learnt from
 * @param labels per row; empty for a clustering
 * @param binary whether all labels are 0 or 1
 * @param weights per row
 * @param treatments per row the text of the treatment column; empty without one
 * @param complaints about values that were not what the mapping says, each with its row
 * @param badValues how many those are
 * @param unlabelled rows that were left out
 */
record Rows(
    RawTable table,
    double[] labels,
    boolean binary,
    double[] weights,
    Optional<List<String>> treatments,
    List<String> complaints,
    long badValues,
    int unlabelled) {

  int size() {
    return table.rows();
  }
}
