package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OwnRecordsTest {
  private final OwnRecords own = new OwnRecords();

  @Test
  void nothingIsOwnBeforeTheBrokerSaysSo() {
    assertThat(own.next(0, 5)).isEqualTo(5);
  }

  @Test
  void ownRecordsSideBySideAreJumpedOver() {
    tell(3, 4, 5, 8);

    assertThat(own.next(0, 2)).isEqualTo(2);
    assertThat(own.next(0, 3)).isEqualTo(6);
    assertThat(own.next(0, 6)).isEqualTo(6);
    assertThat(own.next(0, 8)).isEqualTo(9);
  }

  @Test
  void aStretchGrowsWhileItIsRead() {
    tell(0, 1);
    assertThat(own.next(0, 0)).isEqualTo(2);
    tell(2, 3);

    assertThat(own.next(0, 2)).isEqualTo(4);
  }

  @Test
  void partitionsAreApart() {
    own.add(1, 0);

    assertThat(own.next(0, 0)).isZero();
    assertThat(own.next(1, 0)).isEqualTo(1);
  }

  @Test
  void whatIsToldTooLateIsReadBack() {
    tell(7, 3);

    assertThat(own.next(0, 3)).isEqualTo(3);
  }

  @Property
  void noOtherRecordIsEverJumpedOver(@ForAll @Size(max = 60) List<Boolean> owned) {
    var records = new OwnRecords();
    int read = 0;
    for (int offset = 0; offset < owned.size(); offset++) {
      if (owned.get(offset)) {
        records.add(0, offset);
      }
      if (offset % 7 == 6) {
        read = readOn(records, owned, read, offset + 1);
      }
    }
    assertThat(readOn(records, owned, read, owned.size())).isEqualTo(owned.size());
  }

  /** Reads to an end, a record at a time where nothing may be left out. */
  private static int readOn(OwnRecords records, List<Boolean> owned, int from, int end) {
    int at = from;
    while (at < end) {
      int next = (int) records.next(0, at);
      assertThat(next).isBetween(at, end);
      assertThat(owned.subList(at, next)).doesNotContain(false);
      at = next == at ? at + 1 : next;
    }
    return at;
  }

  private void tell(long... offsets) {
    for (long offset : offsets) {
      own.add(0, offset);
    }
  }
}
