package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that gets Flink ML where Maven cannot. */
class InstallScriptTest {
  private static final Path SCRIPT = Path.of("flink-ml/install");
  private static final int FAILED = 1;

  @TempDir Path repository;

  private record Outcome(int status, String said) {}

  private Outcome run(Map<String, String> environment) throws Exception {
    var builder = new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("MAVEN_REPO_LOCAL", repository.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), said);
  }

  @Test
  void whenNothingCanBeReachedItSaysWhatWasTriedAndWhatToDo() throws Exception {
    var outcome = run(Map.of("MVN", "false", "PYTHON", "/nonexistent/python3"));
    assertThat(outcome.status()).isEqualTo(FAILED);
    assertThat(outcome.said())
        .contains("org.apache.flink:flink-ml-uber-1.17:2.3.0", "could not be had")
        .contains("Tried:", "Maven, by coordinate")
        .contains("python3 is needed")
        .contains("What to do:", "install:install-file")
        .contains("37677574a43d705d10d3f373e2e0468ab769bff3a61db677c68649c92c2ef603");
  }

  @Test
  void whenPythonCannotMakeAnEnvironmentItSaysSo() throws Exception {
    var outcome = run(Map.of("MVN", "false", "PYTHON", "false"));
    assertThat(outcome.status()).isEqualTo(FAILED);
    assertThat(outcome.said()).contains("-m venv failed").contains("What to do:");
  }

  @Test
  void aJarWithAWrongChecksumIsNotTaken() throws Exception {
    Path jar =
        repository.resolve(
            "org/apache/flink/flink-ml-uber-1.17/2.3.0/flink-ml-uber-1.17-2.3.0.jar");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "not the jar");
    var outcome = run(Map.of("MVN", "false", "PYTHON", "/nonexistent/python3"));
    assertThat(outcome.status()).isEqualTo(FAILED);
    assertThat(outcome.said()).contains("has a wrong checksum");
  }
}
