package io.promoflow.ingestion.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyNamesTest {
  @Test
  void aPlatformMayHavePoliciesOfItsOwn() {
    assertThat(PolicyNames.of(Settings.of(Map.of()))).isEqualTo(PolicyNames.SHIPPED);
    assertThat(
            PolicyNames.of(Settings.of(Map.of("evaluation.policies", " coin-toss,thompson, dice"))))
        .containsExactly(
            "shift-to-better",
            "promote-winner",
            "stop-loser",
            "thompson",
            "top-two",
            "coin-toss",
            "dice");
  }
}
