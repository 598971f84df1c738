package io.promoflow.models.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.offline.TableMapping.Treatment;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.uplift.TrialSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The rows of a table that were in a trial, by their arms.
 *
 * @param chosen numbers of the rows
 * @param arms per chosen row
 * @param kinds values of the treatment column; the control first
 */
record TrialRows(Rows rows, int[] chosen, int[] arms, List<String> kinds) {

  /** By what the mapping says of the treatment; rows of other treatments are left out. */
  static TrialRows of(Rows rows, Treatment treatment) {
    List<String> texts = rows.treatments().orElseThrow();
    var others = new TreeSet<String>();
    texts.stream()
        .filter(text -> text != null && !text.equals(treatment.control()))
        .filter(text -> treatment.treated().map(text::equals).orElse(true))
        .forEach(others::add);
    var kinds = new ArrayList<>(List.of(treatment.control()));
    kinds.addAll(treatment.treated().map(List::of).orElse(List.copyOf(others)));
    for (String kind : kinds) {
      if (!texts.contains(kind)) {
        throw new MappingException(
            List.of("no row has " + treatment.column() + " '" + kind + "', an arm of the trial"));
      }
    }
    int[] arms = texts.stream().mapToInt(kinds::indexOf).toArray();
    int[] chosen = IntStream.range(0, arms.length).filter(i -> arms[i] >= 0).toArray();
    return new TrialRows(
        rows, chosen, Arrays.stream(chosen).map(i -> arms[i]).toArray(), List.copyOf(kinds));
  }

  int size() {
    return chosen.length;
  }

  /** One half of the rows, each drawn by its number, or the other. */
  TrialRows half(long seed, boolean first) {
    int[] places =
        IntStream.range(0, chosen.length)
            .filter(
                i ->
                    new SplittableRandom(seed + chosen[i] * 0x9E3779B97F4A7C15L).nextBoolean()
                        == first)
            .toArray();
    return at(places, kinds, arms);
  }

  /** An arm and the control, as a trial of two. */
  TrialRows against(int arm) {
    int[] places =
        IntStream.range(0, chosen.length)
            .filter(i -> arms[i] == TrialSample.CONTROL || arms[i] == arm)
            .toArray();
    int[] two = Arrays.stream(arms).map(a -> a == arm ? 1 : TrialSample.CONTROL).toArray();
    return at(places, List.of(kinds.get(TrialSample.CONTROL), kinds.get(arm)), two);
  }

  private TrialRows at(int[] places, List<String> of, int[] all) {
    return new TrialRows(
        rows,
        Arrays.stream(places).map(i -> chosen[i]).toArray(),
        Arrays.stream(places).map(i -> all[i]).toArray(),
        of);
  }

  TrialSample sample(Preparation preparation) {
    return new TrialSample(
        preparation.apply(rows.table().select(chosen)),
        Arrays.stream(chosen).mapToDouble(i -> rows.labels()[i]).toArray(),
        Arrays.stream(chosen).mapToDouble(i -> rows.weights()[i]).toArray(),
        arms,
        kinds);
  }

  Preparation prepare(Preparation.Rules rules) {
    return Preparation.fit(rows.table().select(chosen), rules);
  }
}
