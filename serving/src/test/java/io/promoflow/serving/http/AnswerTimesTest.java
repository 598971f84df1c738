package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Number, sum and the longest of late. */
class AnswerTimesTest {
  private final AtomicLong clock = new AtomicLong();
  private final AnswerTimes times = new AnswerTimes(clock::get);

  @Test
  void countsAndAdds() {
    times.note(5);
    times.note(2);

    assertThat(times.count()).isEqualTo(2);
    assertThat(times.sumNanos()).isEqualTo(7);
    assertThat(times.mostNanos()).isEqualTo(5);
  }

  @Test
  void forgetsTheLongestAfterAMinuteToTwo() {
    times.note(5);
    after(Duration.ofSeconds(61));
    assertThat(times.mostNanos()).isEqualTo(5);
    times.note(3);
    after(Duration.ofSeconds(30));
    assertThat(times.mostNanos()).isEqualTo(5);
    after(Duration.ofSeconds(31));
    assertThat(times.mostNanos()).isEqualTo(5);
    assertThat(times.mostNanos()).as("asked again").isEqualTo(3);
    after(Duration.ofSeconds(61));
    assertThat(times.mostNanos()).isEqualTo(3);
    assertThat(times.mostNanos()).isZero();
  }

  private void after(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
