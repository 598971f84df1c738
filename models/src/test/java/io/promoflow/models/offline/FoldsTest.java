package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldsTest {
  @Test
  void everyRowIsInOneFold() {
    List<int[]> folds = Folds.of(13, 5, 1);

    assertThat(folds).hasSize(5).allMatch(fold -> fold.length == 2 || fold.length == 3);
    assertThat(folds.stream().flatMapToInt(Arrays::stream).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 13).boxed().toList());
    assertThat(Folds.others(4, new int[] {1, 3})).containsExactly(0, 2);
  }

  @Test
  void labelsAreEquallyFrequentEverywhere() {
    double[] labels = IntStream.range(0, 50).mapToDouble(i -> i % 5 == 0 ? 1 : 0).toArray();

    for (int[] fold : Folds.stratified(labels, 5, 7)) {
      assertThat(Arrays.stream(fold).filter(row -> labels[row] == 1).count()).isEqualTo(2);
    }
  }

  @Test
  void sameSeedGivesTheSameFolds() {
    assertThat(Folds.of(20, 4, 3).get(0)).containsExactly(Folds.of(20, 4, 3).get(0));
    assertThat(Folds.of(20, 4, 3).get(0)).isNotEqualTo(Folds.of(20, 4, 4).get(0));
  }
}
