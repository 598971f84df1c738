package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer as the launcher starts it: its own JVM, its own class path, its own flags. */
class TrainerProcessTest {
  private static final Path BUILT = Path.of("target");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private Process trainer;

  @AfterEach
  void end() {
    if (trainer != null) {
      trainer.destroyForcibly();
    }
  }

  @Test
  void startsSaysThatItIsReadyAndEndsCleanlyOnASignal() throws Exception {
    assumeTrue(Files.exists(BUILT.resolve("classpath.txt")), "classpath.txt is not built");
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      trainer =
          start(
              "--kafka.bootstrap-servers=127.0.0.1:1",
              "--postgres.url=" + postgres.getJdbcUrl("postgres", "postgres"),
              "--models.poll=PT0.05S");
      await()
          .atMost(PATIENCE)
          .until(() -> log().contains("waiting for the tables of the features"));
      assertThat(output()).isEqualToIgnoringNewLines(TrainerMain.READY);

      trainer.destroy();

      assertThat(trainer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(log()).doesNotContain("ERROR").doesNotContain("\tat ");
    }
  }

  @Test
  void endsWhenTheProcessThatStartedItHasEnded() throws Exception {
    assumeTrue(Files.exists(BUILT.resolve("classpath.txt")), "classpath.txt is not built");
    Process parent = new ProcessBuilder("sleep", "120").start();
    trainer =
        start(
            "--kafka.bootstrap-servers=127.0.0.1:1",
            "--postgres.url=jdbc:postgresql://127.0.0.1:1/none",
            "--models.parent-pid=" + parent.pid());
    await().atMost(PATIENCE).until(() -> log().contains("waiting for the store"));

    parent.destroy();

    assertThat(trainer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesASettingThatItDoesNotKnow() throws Exception {
    assumeTrue(Files.exists(BUILT.resolve("classpath.txt")), "classpath.txt is not built");
    trainer = start("--models.windows=P3D");
    assertThat(trainer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(trainer.exitValue()).isNotZero();
    assertThat(log()).contains("models.windows: unknown setting; did you mean models.window?");
  }

  @Test
  void noFlinkButItsOwnIsOnItsClassPath() throws IOException {
    Path classPath = BUILT.resolve("classpath.txt");
    assumeTrue(Files.exists(classPath), "classpath.txt is not built");
    List<String> jars =
        List.of(Files.readString(classPath).strip().split(java.io.File.pathSeparator));
    assertThat(jars)
        .map(jar -> Path.of(jar).getFileName().toString())
        .filteredOn(jar -> jar.startsWith("flink-") && !jar.startsWith("flink-shaded"))
        .isNotEmpty()
        .allMatch(jar -> jar.endsWith("-1.18.1.jar") || jar.equals("flink-ml-uber-1.17-2.3.0.jar"));
    assertThat(jars).anyMatch(jar -> jar.contains("log4j-slf4j-impl"));
  }

  private Process start(String... settings) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + BUILT.resolve("classes/promoflow-trainer.jvmargs"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-cp");
    command.add(
        BUILT.resolve("classes")
            + java.io.File.pathSeparator
            + Files.readString(BUILT.resolve("classpath.txt")).strip());
    command.add(TrainerMain.class.getName());
    command.addAll(List.of(settings));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("log").toFile())
        .start();
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }
}
