package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.Promoflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var line = Promoflow.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void rulesThatBreakARuleAreRefusedWithFileAndReason(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("rules.yaml"),
            "promotions:\n  - {id: half, kind: PERCENT_OFF, terms: {percent: 150}}\n");
    assertThat(run("rules", "apply", "--data", folder.toString(), file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("rules.yaml", "half", "percent", "150");
  }

  @Test
  void theRulesOfTheDemoAreValid() throws Exception {
    try (var in = ConsoleTest.class.getResourceAsStream("/demo/rules.yaml")) {
      String text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(io.promoflow.serving.rules.RuleFile.parse("demo", text).promotions()).isNotEmpty();
    }
  }

  @Test
  void tablesAreAlignedAndNumbersStandRight() {
    assertThat(
            Report.table(List.of("what", "n"), List.of(List.of("a", 5L), List.of("bcd", 1_200L))))
        .isEqualTo("  what      n\n  a         5\n  bcd   1,200\n");
  }
}
