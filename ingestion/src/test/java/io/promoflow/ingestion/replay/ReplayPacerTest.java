package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayPacerTest {
  private static final Instant NOON = Instant.parse("2011-01-05T12:00:00Z");

  /** A clock that only waiting moves. */
  private static final class Hand extends Clock implements ReplayPacer.Pause {
    private Instant now = Instant.EPOCH;
    private final List<Duration> rests = new ArrayList<>();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public void rest(Duration time) {
      rests.add(time);
      now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static ReplayEvent at(Instant at) {
    return new ReplayEvent("ada", at, new byte[0], null);
  }

  private static List<Duration> rests(double speedUp, Instant... times) throws Exception {
    var hand = new Hand();
    var pacer = new ReplayPacer(speedUp, hand, hand);
    for (Instant time : times) {
      pacer.await(at(time));
    }
    return hand.rests;
  }

  @Test
  void anHourTakesAMinuteAtSixtyfold() throws Exception {
    assertThat(rests(60, NOON, NOON.plusSeconds(3_600), NOON.plusSeconds(7_200)))
        .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  @Test
  void zeroIsAsFastAsPossible() throws Exception {
    assertThat(rests(0, NOON, NOON.plusSeconds(3_600))).isEmpty();
  }

  @Test
  void latecomersAndEventsWithoutTimeLeaveAtOnce() throws Exception {
    assertThat(rests(1, NOON, NOON.minusSeconds(9), null, NOON.plusSeconds(1)))
        .containsExactly(Duration.ofSeconds(1));
  }
}
