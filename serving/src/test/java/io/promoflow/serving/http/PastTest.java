package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Cast;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules of then: how often the store is asked for them. */
class PastTest {
  /** More than a day of hourly changes, which is how long a promise lasts. */
  private static final int VERSIONS = 60;

  private static final int UNKNOWN = 1_000;

  private final AtomicInteger readings = new AtomicInteger();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile boolean away;
  private final Past past = new Past(new Counting(), Runnable::run, () -> 0);

  @AfterEach
  void close() {
    past.close();
  }

  /** Has every version but one. */
  private final class Counting implements DecisionArchive {
    @Override
    public Map<String, Decision> find(Collection<String> decisionIds) {
      return Map.of();
    }

    @Override
    public Map<String, Offers> offers(Collection<String> shopperIds, int most) {
      return Map.of();
    }

    @Override
    public Optional<RuleSet> rules(long version) {
      readings.incrementAndGet();
      try {
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (away) {
        throw new IllegalStateException("the store is away");
      }
      return version == UNKNOWN
          ? Optional.empty()
          : Optional.of(Cast.rules(version, List.of(), List.of()));
    }

    @Override
    public void close() {
      away = true;
    }
  }

  @Test
  void theVersionsOfADayAreReadOnceEach() {
    for (int round = 0; round < 3; round++) {
      for (long version = 1; version <= VERSIONS; version++) {
        assertThat(past.rules(version)).contains(Cast.rules(version, List.of(), List.of()));
      }
    }
    assertThat(readings).hasValue(VERSIONS);
  }

  @Test
  void whoeverAsksAtTheSameTimeSharesOneReading() throws Exception {
    held = new CountDownLatch(1);
    var asked = new ArrayList<CompletableFuture<Optional<RuleSet>>>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      var answer = new CompletableFuture<Optional<RuleSet>>();
      asked.add(answer);
      var thread = new Thread(() -> answer.complete(past.rules(7)));
      thread.start();
      threads.add(thread);
    }
    await().until(() -> threads.stream().allMatch(PastTest::isWaiting));
    held.countDown();
    for (CompletableFuture<Optional<RuleSet>> one : asked) {
      assertThat(one.get(20, TimeUnit.SECONDS)).isPresent();
    }
    assertThat(readings).hasValue(1);
  }

  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      default -> false;
    };
  }

  @Test
  void whatThereIsNotIsLookedForAgain() {
    assertThat(past.rules(UNKNOWN)).isEmpty();
    assertThat(past.rules(UNKNOWN)).isEmpty();
    assertThat(readings).hasValue(2);
    assertThat(past.isAway()).isFalse();
  }

  @Test
  void aStoreThatIsAwayIsAskedOnceAndKeepsNobodyFromWhatIsRemembered() {
    assertThat(past.rules(1)).isPresent();
    away = true;
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> past.rules(2)).isInstanceOf(ProblemException.class);
    }
    assertThat(past.rules(1)).isPresent();
    away = false;
    await().until(() -> !past.isAway());
    assertThat(past.rules(2)).isPresent();
    assertThat(readings).as("1, 2 and 2 again").hasValue(3);
  }
}
