package io.promoflow.models.training;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.Store;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.ModelOptions.Release;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the event-time clock and trains every window that is due, in order. What fails for the
 * store's or the broker's sake is tried again at the next look; a row in the table means that the
 * model is out.
 */
public final class TrainerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerLoop.class);
  private static final int CONNECTIONS = 2;
  private static final int FIT_ATTEMPTS = 3;
  private static final Instant FAR_AWAY = Instant.parse("9999-01-01T00:00:00Z");

  private final ModelOptions options;
  private final WindowTraining training;
  private final Publisher publisher;
  private final Clock wall;
  private final WindowSchedule schedule;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Set<String> alarmed = new HashSet<>();
  private String lastComplaint = "";
  private Instant watched;

  public TrainerLoop(
      ModelOptions options, WindowTraining training, Publisher publisher, Clock wall) {
    this.options = options;
    this.training = training;
    this.publisher = publisher;
    this.wall = wall;
    this.schedule = new WindowSchedule(options.window(), options.slide());
  }

  /** Ends {@link #run} after the window that is being trained, if any. */
  public void stop() {
    stopped.countDown();
  }

  /** Runs until stopped. */
  public void run() throws InterruptedException {
    if (!migrate()) {
      return;
    }
    try (HikariDataSource source = Store.open(options.connections().postgres(), CONNECTIONS)) {
      var store = new ModelStore(source, wall);
      do {
        look(store);
      } while (!stopped.await(options.poll().toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  /** Waits for the store; false when stopped before it came. */
  private boolean migrate() throws InterruptedException {
    Postgres postgres = options.connections().postgres();
    do {
      try {
        Store.migrate(postgres, "models");
        return true;
      } catch (RuntimeException e) {
        complain("waiting for the store " + postgres.url() + ": " + e, null);
      }
    } while (!stopped.await(options.poll().toMillis(), TimeUnit.MILLISECONDS));
    return false;
  }

  private void look(ModelStore store) throws InterruptedException {
    try {
      if (!store.ready()) {
        complain("waiting for the tables of the features", null);
        return;
      }
      for (Instant end : due(store)) {
        if (stopped.getCount() == 0) {
          return;
        }
        train(store, end);
      }
      watch(store);
      lastComplaint = "";
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      complain("trying again at the next look", e);
    }
  }

  private List<Instant> due(ModelStore store) throws Exception {
    Optional<ModelStore.Coverage> coverage = store.coverage();
    return coverage.isEmpty()
        ? List.of()
        : schedule.due(
            coverage.get().clock(),
            coverage.get().first(),
            coverage.get().last(),
            store.recorded());
  }

  private void train(ModelStore store, Instant end) throws Exception {
    Instant began = wall.instant();
    TrainingRules rules = options.rules();
    TrainingWindow window =
        TrainingWindow.of(
            schedule.start(end),
            end,
            store.examples(schedule.start(end), end),
            rules.holdoutShare(),
            rules.embargo());
    Champions champions = store.champions(end);
    Treatments treatments = store.treatments(schedule.start(end), end);
    List<TrainingResult> results =
        fitted(window, treatments, champions).stream()
            .map(this::publishable)
            .map(result -> options.release() == Release.GATED ? result.held() : result)
            .toList();
    for (TrainingResult result : results) {
      if (result.published()) {
        publisher.publish(result.model().orElseThrow());
      }
    }
    store.record(Findings.of(window, results, champions));
    Duration took = Duration.between(began, wall.instant());
    results.forEach(result -> report(result, took));
  }

  private TrainingResult publishable(TrainingResult result) {
    return result
        .model()
        .filter(model -> result.published())
        .flatMap(publisher::refusal)
        .map(result::refused)
        .orElse(result);
  }

  /** A fit that keeps failing is a refusal, so that one bad window does not stop the others. */
  private List<TrainingResult> fitted(
      TrainingWindow window, Treatments treatments, Champions champions) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return training.train(window, treatments, champions);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        if (stopped.getCount() == 0) {
          throw e;
        }
        LOG.warn("attempt {} to train the window to {} failed", attempt, window.end(), e);
        if (attempt == FIT_ATTEMPTS) {
          return training.failed(window, e);
        }
      }
    }
  }

  /** Says which versions are in force, and raises the alarm once for each that has grown stale. */
  private void watch(ModelStore store) throws Exception {
    Optional<ModelStore.Coverage> coverage = store.coverage();
    if (coverage.isEmpty() || coverage.get().clock().equals(watched)) {
      return;
    }
    Instant clock = coverage.get().clock();
    Champions inForce = store.champions(FAR_AWAY);
    for (String name : List.of(SegmentTraining.NAME, PropensityTraining.NAME)) {
      ModelHealth health =
          ModelHealth.of(
              name,
              inForce.named(name),
              coverage.get().first(),
              clock,
              options.staleAfter(),
              store.newestReason(name).orElse("there was none yet"));
      store.record(health);
      if (health.stale() && alarmed.add(name + health.version())) {
        LOG.warn("ALARM: {}", health.alarm());
      }
    }
    watched = clock;
  }

  private static void report(TrainingResult result, Duration took) {
    result
        .verdicts()
        .forEach(
            v ->
                LOG.info(
                    "{} by {}: {}: {}; {} ms",
                    result.version(),
                    v.trial().trainer(),
                    v.outcome(),
                    v.reason(),
                    v.trial().took().toMillis()));
    LOG.info(
        "{} {}: {}; fitted on {}, judged on {}; {}; {} ms",
        result.version(),
        result.published() ? "published" : result.shadow() ? "in shadow" : "refused",
        result.reason(),
        result.examples(),
        result.heldOut(),
        result.metrics(),
        took.toMillis());
  }

  /** Logs what holds us up, once as long as it stays the same. */
  private void complain(String what, Exception cause) {
    String complaint = cause == null ? what : what + ": " + cause;
    if (!complaint.equals(lastComplaint)) {
      lastComplaint = complaint;
      LOG.warn(complaint, cause);
    }
  }
}
