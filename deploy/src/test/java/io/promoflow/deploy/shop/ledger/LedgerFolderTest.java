package io.promoflow.deploy.shop.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFolderTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Map<String, Long> ENDS = Map.of("behavior-events/0", 17L);
  private static final Question QUESTION =
      new Question("c-0-1", Question.CART_ADD, "ada", NOON, 1990);
  private static final Answer ANSWER =
      new Answer("c-0-1", "d-1", Question.CART_ADD, null, null, null, null, 1, NOON);
  private static final SentEvent EVENT =
      new SentEvent(
          0,
          SentEvent.ACCEPTED,
          "c-0-1",
          Act.ADD,
          "ada",
          NOON,
          "p1",
          "tea",
          1,
          1990L,
          null,
          null,
          null,
          null);

  @TempDir Path folder;

  private void write(int phase, boolean done) {
    try (var pen = new LedgerFolder(folder).begin(phase, ENDS)) {
      pen.questions(List.of(QUESTION));
      pen.events(List.of(EVENT));
      pen.answers(List.of(ANSWER));
      if (done) {
        pen.done();
      }
    }
  }

  @Test
  void whatWasWrittenIsRead() {
    write(0, true);
    PhaseBook book = new LedgerFolder(folder).read(0).orElseThrow();
    assertThat(book)
        .isEqualTo(
            new PhaseBook(0, ENDS, List.of(QUESTION), List.of(ANSWER), List.of(EVENT), true));
  }

  @Test
  void onlyHalfDaysWithTheClosingMarkAreComplete() {
    write(0, true);
    write(1, false);
    var ledger = new LedgerFolder(folder);
    assertThat(ledger.completed()).extracting(PhaseBook::phase).containsExactly(0);
    assertThat(ledger.read(1).orElseThrow().offsets()).isEqualTo(ENDS);
    assertThat(ledger.read(2)).isEmpty();
  }

  @Test
  void tornLineIsAsIfItWereNotThere() throws Exception {
    write(0, false);
    Files.writeString(folder.resolve("phase-000.jsonl"), "{\"ev", StandardOpenOption.APPEND);
    assertThat(new LedgerFolder(folder).read(0).orElseThrow().events()).containsExactly(EVENT);
  }

  @Test
  void beginningAnewForgetsTheHalfWrittenButKeepsWhereItBegan() {
    write(0, false);
    var ledger = new LedgerFolder(folder);
    ledger.begin(0, ledger.read(0).orElseThrow().offsets()).close();
    assertThat(ledger.read(0).orElseThrow()).isEqualTo(PhaseBook.begun(0, ENDS));
  }
}
