package io.promoflow.models.flink;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.training.Contestants;
import io.promoflow.models.training.KafkaPublisher;
import io.promoflow.models.training.TrainerLoop;
import io.promoflow.models.training.WindowTraining;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The trainer: a process of its own, because Flink ML needs an older Flink than our jobs. It meets
 * the rest of the platform only in PostgreSQL and Kafka.
 */
public final class TrainerMain {
  /** The line on standard output that says that the trainer is up. */
  public static final String READY = "promoflow trainer ready";

  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";
  private static final long STOP_SECONDS = 8;
  private static final int ORPHANED = 1;

  private TrainerMain() {}

  public static void main(String[] args) throws Exception {
    if (System.getProperty(LOG_CONFIGURATION) == null) {
      System.setProperty(LOG_CONFIGURATION, "promoflow-trainer-log4j2.properties");
    }
    ModelOptions options =
        ModelOptions.from(Settings.load(args, System.getenv()).refuseUnknown(ModelOptions.ALL));
    try (var training = new WindowTraining(Contestants.of(options.rules()), options.rules());
        KafkaPublisher publisher = new KafkaPublisher(options.connections())) {
      training.warmUp();
      var loop = new TrainerLoop(options, training, publisher, Clock.systemUTC());
      stopWith(options.parentPid(), loop);
      System.out.println(READY);
      loop.run();
    }
  }

  /** Ends the loop on a signal, and when the process that started us has ended. */
  private static void stopWith(int parentPid, TrainerLoop loop) {
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  loop.stop();
                  await(main);
                },
                "stop"));
    if (parentPid > 0) {
      var watch = new Thread(() -> exitAfter(parentPid), "parent");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /** Ends this process once another has ended, even if it is waiting for that one's broker. */
  private static void exitAfter(int parentPid) {
    ProcessHandle.of(parentPid).ifPresent(parent -> parent.onExit().join());
    System.exit(ORPHANED);
  }

  private static void await(Thread main) {
    try {
      main.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
