package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.RuleGateTest.EVEN;
import static io.promoflow.deploy.console.RuleGateTest.ONLY;
import static io.promoflow.deploy.console.RuleGateTest.rules;
import static io.promoflow.deploy.console.RuleGateTest.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate for rules as a person meets it, on a real broker and a real store. */
class RuleGateCommandTest {
  @TempDir private Path folder;

  private TestPlatform platform;

  private int run(String text, String... command) throws Exception {
    var arguments = new ArrayList<>(List.of(command));
    arguments.add(Files.writeString(folder.resolve("rules.yaml"), text).toString());
    return platform.run(new RulesCommand(), arguments);
  }

  @Test
  void onlyRulesThatSurelyEarnMoreComeThroughTheGate() throws Exception {
    try (var started = new TestPlatform(folder, 0)) {
      platform = started;
      assertThat(run(EVEN, "apply")).as(platform.err()).isZero();
      List<ShopEvent> events =
          LoggedShop.logUnder(platform.connections().postgres(), version(1, EVEN));
      platform.publish(events);
      platform.publish(events.subList(0, 100)); // once more

      String worse = rules("ten", 10, ONLY.formatted("s0"), 1);
      assertThat(run(worse, "preview")).isZero();
      assertThat(platform.out()).contains("would have been others").doesNotContain("The gate");
      assertThat(run(worse, "preview", "--gate")).isZero();
      assertThat(platform.out()).contains("doubly robust", "it is not surely better");
      assertThat(run(worse, "apply", "--gate")).isEqualTo(1);
      assertThat(platform.err()).contains("nothing was applied");
      assertThat(run(rules("twenty", 20, "", 1), "apply", "--gate")).isEqualTo(1);
      assertThat(platform.out()).contains("the log cannot tell");
      assertThat(platform.out()).doesNotContain("Rule version 2");

      assertThat(run(worse, "apply", "--gate", "--alpha", "2")).isNotZero();
      assertThat(platform.err()).contains("--alpha: 2.0 is refused, must lie above 0 to 0.5");
      assertThat(run(worse, "apply", "--gate", "--gate-days", "0")).isNotZero();
      assertThat(platform.err()).contains("--gate-days: 0 is refused, must be at least 1");
      assertThat(run(worse, "apply", "--gate", "--gate-units", "-3")).isNotZero();
      assertThat(platform.err()).contains("--gate-units: -3.0 is refused, must be at least 1");

      String better = rules("ten", 10, ONLY.formatted("s1"), 1);
      assertThat(run(better, "apply", "--gate")).as(platform.err()).isZero();
      assertThat(platform.out()).contains("The gate opens:", "Rule version 2 is live");
      assertThat(run(worse, "apply", "--gate", "--force")).isZero();
      assertThat(platform.out()).contains("Applied all the same", "Rule version 3 is live");
    }
  }
}
