package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.serving.http.Lookups.Found;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupsTest {
  private final Reachable store = new Reachable("the store");
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<List<String>> statements = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();

  /** What happens in the store while a statement runs. */
  private Runnable meanwhile = () -> {};

  private final Lookups<String> lookups = new Lookups<>(this::statement, store, tasks::add);

  /** Knows keys that begin with k. */
  private Map<String, String> statement(Collection<String> keys) {
    statements.add(keys.stream().sorted().toList());
    Runnable now = meanwhile;
    meanwhile = () -> {};
    now.run();
    return known(keys);
  }

  private static Map<String, String> known(Collection<String> keys) {
    var found = new HashMap<String, String>();
    keys.stream().filter(key -> key.startsWith("k")).forEach(key -> found.put(key, "v" + key));
    return found;
  }

  private void find(String... keys) {
    for (String key : keys) {
      lookups.find(key, found -> answers.add(key + '=' + said(found)));
    }
  }

  private static String said(Found<String> found) {
    return found.blind() ? "blind" : String.valueOf(found.value());
  }

  private void work() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void aLoneQuestionGoesAtOnceAndACrowdTogetherInTheOrderItCame() {
    find("k1");
    meanwhile = () -> find("k3", "new", "k2");
    work();
    assertThat(statements).containsExactly(List.of("k1"), List.of("k2", "k3", "new"));
    assertThat(answers).containsExactly("k1=vk1", "k3=vk3", "new=null", "k2=vk2");
  }

  @Test
  void twoQuestionsByOneKeyAreOneLookup() {
    find("k1", "k1");
    work();
    assertThat(statements).containsExactly(List.of("k1"));
    assertThat(answers).containsExactly("k1=vk1", "k1=vk1");
  }

  @Test
  void aStatementHasNoMoreKeysThanItMayAndTheNextDoesNotWaitForTheAnswers() {
    var next = new ArrayList<Integer>();
    lookups.find("first", found -> next.add(tasks.size()));
    for (int i = 0; i < 2 * Lookups.MOST; i++) {
      find("k" + i);
    }
    assertThat(tasks).hasSize(1);
    work();
    assertThat(statements).extracting(List::size).containsExactly(500, 500, 1);
    assertThat(answers).hasSize(1_000);
    assertThat(next).as("tasks when the first question was answered").containsExactly(1);
  }

  @Test
  void aStatementThatFailsBlindsItsOwnQuestions() {
    find("k1");
    meanwhile =
        () -> {
          find("k2");
          meanwhile =
              () -> {
                throw new IllegalStateException("gone");
              };
        };
    work();
    assertThat(answers).containsExactly("k1=vk1", "k2=blind");
    assertThat(store.isAway()).isTrue();
  }

  /** Whatever has this key in it is stopped. */
  private Lookups<String> withSlow(Collection<String> slow) {
    return new Lookups<>(
        keys -> {
          statements.add(keys.stream().sorted().toList());
          if (keys.stream().anyMatch(slow::contains)) {
            throw new SlowStatementException("stopped", null);
          }
          return known(keys);
        },
        store,
        tasks::add);
  }

  private void find(Lookups<String> in, String... keys) {
    for (String key : keys) {
      in.find(key, found -> answers.add(key + '=' + said(found)));
    }
  }

  @Test
  void aKeyThatTakesTooLongBlindsNobodyElse() {
    Lookups<String> some = withSlow(List.of("kGuest"));
    find(some, "k1", "kGuest", "new");
    work();
    assertThat(answers).containsExactly("k1=vk1", "kGuest=blind", "new=null");
    assertThat(store.isAway()).isFalse();

    statements.clear();
    answers.clear();
    find(some, "kGuest", "k2");
    work();
    assertThat(answers).containsExactly("kGuest=blind", "k2=vk2");
    assertThat(statements).as("not tried again soon").containsExactly(List.of("k2"));
  }

  @Test
  void aLoneKeyThatTakesTooLongIsNoReasonToTakeTheStoreForAway() {
    find(withSlow(List.of("kGuest")), "kGuest");
    work();
    assertThat(answers).containsExactly("kGuest=blind");
    assertThat(statements).containsExactly(List.of("kGuest"), List.of());
    assertThat(store.isAway()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k1", "k2", "k3"}) // wherever it comes
  void whatIsWaitedForOneKeyIsNotTakenOffTheOthers(String slow) {
    var some =
        new Lookups<String>(
            keys -> {
              if (keys.contains(slow)) {
                LockSupport.parkNanos(keys.size() > 1 ? 0 : 2_100_000_000L);
                throw new SlowStatementException("stopped", null);
              }
              return known(keys);
            },
            store,
            tasks::add);
    find(some, "k1", "k2", "k3");
    work();
    assertThat(answers).hasSize(3).contains(slow + "=blind");
    assertThat(answers.stream().filter(one -> one.contains("=vk"))).hasSize(2);
    assertThat(store.isAway()).isFalse();
  }

  @Test
  void twoLoneKeysThatTakeTooLongOneAfterTheOtherAreTheStoresFault() {
    Lookups<String> some = withSlow(List.of("kGuest", "kOther"));
    find(some, "kGuest");
    work();
    assertThat(store.isAway()).isFalse();
    find(some, "kOther");
    work();
    assertThat(answers).containsExactly("kGuest=blind", "kOther=blind");
    assertThat(store.isAway()).isTrue();
  }

  @Test
  void aStoreThatIsSlowWithEachIsAwayBeforeAllAreAsked() {
    var slow =
        new Lookups<String>(
            keys -> {
              statements.add(List.copyOf(keys));
              if (keys.size() > 1) {
                throw new SlowStatementException("stopped", null);
              }
              LockSupport.parkNanos(keys.isEmpty() ? 0 : 50_000_000);
              return known(keys);
            },
            store,
            tasks::add);
    IntStream.range(0, 400).forEach(i -> find(slow, "k" + i));
    work();
    assertThat(statements).as("of 400, which take 20 s").hasSizeLessThan(60);
    assertThat(answers).hasSize(400).anyMatch(one -> one.endsWith("=blind"));
    assertThat(answers.stream().filter(one -> one.contains("=vk"))).hasSizeGreaterThan(1);
    assertThat(store.isAway()).isTrue();
  }

  @Test
  void aStoreThatTakesTooLongForNothingIsAway() {
    var hanging =
        new Lookups<String>(
            keys -> {
              statements.add(List.copyOf(keys));
              throw new SlowStatementException("stopped", null);
            },
            store,
            tasks::add);
    find(hanging, "k1");
    work();
    assertThat(answers).containsExactly("k1=blind");
    assertThat(statements).hasSize(2);
    assertThat(store.isAway()).isTrue();
  }

  @Test
  void aStoreThatTakesTooLongForOneAfterTheOtherIsAway() {
    find(withSlow(List.of("a", "b", "c", "d")), "a", "b", "c", "d");
    work();
    assertThat(answers).containsExactly("a=blind", "b=blind", "c=blind", "d=blind");
    assertThat(statements).as("all, none, and two of them").hasSize(4);
    assertThat(store.isAway()).isTrue();
  }

  @Test
  void whileTheStoreIsAwayNobodyAsksItAndNothingIsKnownAtOnce() {
    store.failed("gone");
    find("k1");
    assertThat(answers).containsExactly("k1=blind");
    assertThat(tasks).isEmpty();
    store.answered();
    find("k1");
    work();
    assertThat(answers).containsExactly("k1=blind", "k1=vk1");
  }

  @Test
  void whatWaitsWhenTheStoreGoesIsAnsweredBlindWithoutAStatement() {
    find("k1");
    store.failed("gone");
    work();
    assertThat(statements).isEmpty();
    assertThat(answers).containsExactly("k1=blind");
  }

  @Test
  void anAnswerThatCannotBeUsedKeepsNobodyElseWaiting() {
    lookups.find(
        "k1",
        found -> {
          throw new IllegalStateException("useless");
        });
    find("k2");
    work();
    find("k3");
    work();
    assertThat(answers).containsExactly("k2=vk2", "k3=vk3");
  }

  @Test
  void whatIsAskedAfterTheLastWorkerHasGoneIsAnsweredBlind() {
    Executor closed =
        task -> {
          throw new RejectedExecutionException();
        };
    var late = new Lookups<>(this::statement, store, closed);
    late.find("k1", found -> answers.add(said(found)));
    late.find("k2", found -> answers.add(said(found)));
    assertThat(answers).containsExactly("blind", "blind");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyQuestionOfManyThreadsIsAnsweredOnceAndRight(long seed) throws Exception {
    int askers = 4;
    int each = 5_000;
    var failing = new AtomicInteger();
    var sizes = ConcurrentHashMap.<Integer>newKeySet();
    var running = new AtomicInteger();
    var atOnce = new AtomicInteger();
    Lookups.Source<String> source =
        keys -> {
          atOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
          sizes.add(keys.size());
          running.decrementAndGet();
          if (keys.contains("poison")) {
            failing.incrementAndGet();
            throw new IllegalStateException("poisoned");
          }
          return known(keys);
        };
    var wrong = new AtomicInteger();
    var blind = new AtomicInteger();
    var answered = new AtomicInteger();
    ExecutorService workers = Executors.newFixedThreadPool(DecisionService.WORKERS);
    ExecutorService shop = Executors.newFixedThreadPool(askers);
    try {
      Executor back = // the store is away until the next statement
          task ->
              workers.execute(
                  () -> {
                    store.answered();
                    task.run();
                  });
      var many = new Lookups<>(source, store, back);
      for (int asker = 0; asker < askers; asker++) {
        var random = new Random(seed * askers + asker);
        shop.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                int draw = random.nextInt(4_000);
                String key = draw == 0 ? "poison" : (draw % 2 == 0 ? "k" : "n") + draw;
                many.find(
                    key,
                    found -> {
                      String right = key.startsWith("k") ? "v" + key : "null";
                      blind.addAndGet(found.blind() ? 1 : 0);
                      wrong.addAndGet(found.blind() || said(found).equals(right) ? 0 : 1);
                      answered.incrementAndGet();
                    });
              }
            });
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> answered.get() >= askers * each);
    } finally {
      shop.shutdownNow();
      workers.shutdown();
    }
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answered).hasValue(askers * each);
    assertThat(atOnce).as("statements at a time").hasValue(1);
    assertThat(wrong).hasValue(0);
    assertThat(failing).hasPositiveValue();
    assertThat(blind.get())
        .as("whoever asks while the store is away is told so, however many they are")
        .isGreaterThanOrEqualTo(failing.get())
        .isLessThan(askers * each);
    assertThat(sizes).allMatch(size -> size <= Lookups.MOST);
  }
}
