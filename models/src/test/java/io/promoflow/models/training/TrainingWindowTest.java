package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingWindowTest {
  private static final Instant MONDAY = Shoppers.MONDAY;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant END = MONDAY.plus(DAY.multipliedBy(4));

  /** Four shoppers at eight moments; labels are known half a day later. */
  private final List<TrainingExample> rows = Shoppers.between(MONDAY, END, 4, 1);

  @Test
  void theNewestQuarterIsHeldOutAndMomentsStayTogether() {
    var window = TrainingWindow.of(MONDAY, END, rows, 0.25, false);
    assertThat(window.heldOut()).hasSize(8);
    assertThat(window.fitted()).hasSize(24);
    assertThat(window.heldOut())
        .allMatch(row -> row.labelledAt().isAfter(END.minus(Duration.ofHours(1))));
  }

  @Test
  void noOutcomeIsBothLearntAndJudgedOn() {
    var window = TrainingWindow.of(MONDAY, END, rows, 0.25, true);
    Instant firstJudged = window.heldOut().get(0).at();
    assertThat(window.fitted()).hasSize(24).allMatch(row -> !row.labelledAt().isAfter(firstJudged));

    // A longer horizon costs more rows.
    var longer = rows.stream().map(row -> labelledLater(row, Duration.ofHours(24))).toList();
    assertThat(TrainingWindow.of(MONDAY, END, longer, 0.25, true).fitted()).hasSize(16);
  }

  private static TrainingExample labelledLater(TrainingExample row, Duration by) {
    return new TrainingExample(
        row.shopperId(),
        row.at(),
        row.labelledAt().plus(by),
        row.values(),
        row.categories(),
        row.ordered(),
        row.featuresVersion());
  }

  @Test
  void theOrderInWhichRowsComeDoesNotMatter() {
    var shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(3));
    assertThat(TrainingWindow.of(MONDAY, END, shuffled, 0.25, true))
        .isEqualTo(TrainingWindow.of(MONDAY, END, rows, 0.25, true));
  }

  @Test
  void rowsOfOneMomentCannotBeParted() {
    var window = TrainingWindow.of(MONDAY, END, Shoppers.at(MONDAY, 9, 1), 0.25, true);
    assertThat(window.fitted()).isEmpty();
    assertThat(window.heldOut()).isEmpty();
    assertThat(window.examples()).hasSize(9);
  }

  @Test
  void windowsThatArePassedAndNotRecordedAreDueInOrder() {
    var schedule = new WindowSchedule(DAY.multipliedBy(2), DAY);
    Instant first = MONDAY.plus(Duration.ofHours(5));
    Instant last = MONDAY.plus(Duration.ofHours(80));
    Instant tuesday = MONDAY.plus(DAY);
    assertThat(schedule.due(MONDAY.plus(Duration.ofHours(73)), first, last, Set.of(tuesday)))
        .containsExactly(tuesday.plus(DAY), tuesday.plus(DAY.multipliedBy(2)));
  }

  @Test
  void aLabelKnownAtTheEndOfAWindowBelongsToIt() {
    var schedule = new WindowSchedule(DAY, DAY);
    assertThat(schedule.due(MONDAY, MONDAY, MONDAY, Set.of())).containsExactly(MONDAY);
  }

  @Test
  void anEndlessClockDoesNotMakeEndlessWindows() {
    var schedule = new WindowSchedule(DAY.multipliedBy(2), DAY);
    assertThat(
            schedule.due(Instant.parse("9999-01-01T00:00:00Z"), MONDAY, MONDAY.plus(DAY), Set.of()))
        .containsExactly(MONDAY, MONDAY.plus(DAY), MONDAY.plus(DAY.multipliedBy(2)));
  }
}
