package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.Promoflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person at the command line gets: help everywhere, and a status that scripts can use. */
class CommandLineTest {
  private static final int DONE = 0;
  private static final int WRONG_USAGE = 2;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Promoflow.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static Stream<String> commands() {
    return Promoflow.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isEqualTo(DONE);
    assertThat(out.toString()).startsWith("Usage: promoflow " + command);
  }

  @Test
  void helpListsEveryCommandWithAWholeSentence() {
    assertThat(run("--help")).isEqualTo(DONE);
    Promoflow.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommandSpec().usageMessage().description()[0])
                    .as(name)
                    .endsWith("."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-such-command",
        "replay",
        "replay --mapping no-such-mapping pom.xml",
        "replay --mapping taobao no-such-file.csv",
        "train",
        "train --mapping iris",
        "train --mapping iris no-such-file.csv",
        "train --mapping iris --folds 1 pom.xml",
        "evaluate",
        "evaluate --mapping hillstrom no-such-file.csv",
        "evaluate --mapping no-such-mapping pom.xml",
        "evaluate --mapping hillstrom pom.xml",
        "status --conf no-such-file.yaml",
        "rules",
        "rules apply"
      })
  void wrongUseIsToldFromFailure(String line) {
    assertThat(run(line.split(" "))).isEqualTo(WRONG_USAGE);
    assertThat(err.toString() + out).isNotBlank();
  }

  @Test
  void statusWithoutAPlatformSaysHowToStartOne() {
    assertThat(run("status", "--data", folder.toString())).isEqualTo(WRONG_USAGE);
    assertThat(err.toString()).contains("no platform runs on").contains("./promoflow demo --keep");
  }

  @Test
  void verifyWithoutDataSkipsVisibly() throws Exception {
    Path json = folder.resolve("report.json");
    int status = run("verify", "--from", folder.toString(), "--json", json.toString());
    assertThat(status).isEqualTo(DONE);
    assertThat(out.toString())
        .contains("online-retail: SKIPPED")
        .contains("complete-journey: SKIPPED");
    assertThat(Files.readString(json)).contains("\"online-retail\" : \"skipped\"");
  }
}
