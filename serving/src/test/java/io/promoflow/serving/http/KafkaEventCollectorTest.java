package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.http.EventCollector.Raw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of events when no broker has ever been there. */
class KafkaEventCollectorTest {
  /** Less than a request may take. */
  private static final Duration SOON = Duration.ofSeconds(9);

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final KafkaEventCollector collector =
      new KafkaEventCollector(
          ConnectionOptions.from(
              Settings.of(
                  Map.of("kafka.bootstrap-servers", "127.0.0.1:1", "postgres.url", "none"))));

  @AfterEach
  void close() {
    collector.close();
  }

  private CompletableFuture<Void> append(int events, int bytes) {
    return collector
        .append(Collections.nCopies(events, new Raw("ada", new byte[bytes])))
        .toCompletableFuture();
  }

  private static boolean isTooMany(CompletableFuture<Void> asked) {
    if (!asked.isCompletedExceptionally()) {
      return false;
    }
    try {
      asked.getNow(null);
      return false;
    } catch (RuntimeException e) {
      return e.getCause() instanceof ProblemException known && known.problem().status() == 503;
    }
  }

  @Test
  void anArrayOfEventsIsGivenUpAfterTheFirstAndKeepsNobody() {
    long began = System.nanoTime();
    CompletableFuture<Void> hundred = append(100, 500);
    assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(AT_ONCE.toNanos());
    assertThatThrownBy(() -> hundred.get(SOON.toMillis(), TimeUnit.MILLISECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void manyWhoComeAtTheSameTimeAreAllTold() {
    var asked = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < 400; i++) {
      asked.add(append(100, 50));
    }
    await().atMost(SOON).until(() -> asked.stream().allMatch(CompletableFuture::isDone));
    assertThat(asked).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void whatIsTooMuchToWaitIsToBeSentAgainAtOnce() {
    var asked = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < 5_000; i++) {
      asked.add(append(1, i % 2 == 0 ? 100 : 60_000));
    }
    List<CompletableFuture<Void>> tooMany =
        asked.stream().filter(KafkaEventCollectorTest::isTooMany).toList();
    assertThat(tooMany).as("of 150 MB").hasSizeGreaterThan(4_000);
    assertThat(asked.size() - tooMany.size()).as("that wait").isGreaterThan(200);
    await().atMost(SOON).until(() -> asked.stream().allMatch(CompletableFuture::isDone));

    assertThat(append(1, 100)).as("there is room again").isNotDone();
  }
}
