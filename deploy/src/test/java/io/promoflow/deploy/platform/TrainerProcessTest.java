package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is never more than one trainer on a folder; a stand-in of a few lines plays it. */
class TrainerProcessTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String STAND_IN =
      """
      package io.promoflow.models.flink;
      public class TrainerMain {
        public static void main(String[] args) throws Exception {
          System.out.println(String.join(" ", args));
          if (String.join(" ", args).contains("--models.fail=yes")) System.exit(3);
          Thread.currentThread().join();
        }
      }
      """;

  @TempDir private Path modules;
  @TempDir private Path folder;

  @BeforeEach
  void standIn() throws Exception {
    Path target = Files.createDirectories(modules.resolve("models/target/classes"));
    Path source = Files.writeString(modules.resolve("TrainerMain.java"), STAND_IN);
    ToolProvider.getSystemJavaCompiler()
        .run(null, null, null, "-d", target.toString(), source.toString());
    Files.writeString(modules.resolve("models/target/classpath.txt"), target + "\n");
    Files.writeString(target.resolve("promoflow-trainer.jvmargs"), "-Xmx64m\n");
  }

  private TrainerProcess start(Map<String, String> settings) throws Exception {
    return TrainerProcess.start(new DataFolder(folder), modules, settings);
  }

  private long pid() {
    return Long.parseLong(new DataFolder(folder).remembered("trainer").get("pid"));
  }

  @Test
  void isGivenItsSettingsAndOurProcess() throws Exception {
    try (var trainer = start(Map.of("models.window", "P6D"))) {
      Path log = folder.resolve("logs/trainer.log");
      await().atMost(SOON).until(() -> Files.size(log) > 0);
      assertThat(Files.readString(log))
          .contains("--models.window=P6D")
          .contains("--models.parent-pid=" + ProcessHandle.current().pid());
      trainer.check();
    }
    assertThat(ProcessHandle.of(pid())).isEmpty();
  }

  @Test
  void orphanOfAKilledRunIsEndedFirst() throws Exception {
    try (var orphan = start(Map.of())) {
      long itsPid = pid();
      try (var trainer = start(Map.of())) {
        assertThat(ProcessHandle.of(itsPid)).isEmpty();
        assertThatThrownBy(orphan::check).hasMessageContaining("the trainer has ended");
        trainer.check();
      }
    }
  }

  @Test
  void processThatMerelyHasTheOldNumberIsLeftAlone() throws Exception {
    var notes =
        Map.of(
            "pid", Long.toString(ProcessHandle.current().pid()), "started", "2026-01-05T12:00:00Z");
    new DataFolder(folder).remember("trainer", notes);
    try (var trainer = start(Map.of())) {
      trainer.check();
    }
  }

  @Test
  void trainerThatEndsIsNoticed() throws Exception {
    try (var trainer = start(Map.of("models.fail", "yes"))) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThatThrownBy(trainer::check)
                      .hasMessageContaining("the trainer has ended with status 3"));
    }
  }
}
