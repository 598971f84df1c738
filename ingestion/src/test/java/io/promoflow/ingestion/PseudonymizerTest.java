package io.promoflow.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.Settings;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class PseudonymizerTest {
  private static final String KEY = "a-key-of-sixteen-or-more";
  private final Pseudonymizer pseudonymizer = new Pseudonymizer("k1", KEY);

  /** Reference: {@code printf ada | openssl dgst -sha256 -hmac a-key-of-sixteen-or-more}. */
  @Test
  void isTheKeyedCodeOfTheIdUnderTheKeysName() {
    assertThat(pseudonymizer.of("ada")).isEqualTo("k1.c0f96e039d3d016ac164e3d337f6a8ab");
  }

  @Test
  void isTheSameInEveryThreadAndAfterTravelling() throws Exception {
    String ada = pseudonymizer.of("ada");
    var travelled = InstantiationUtil.clone(pseudonymizer);
    assertThat(IntStream.range(0, 1_000).parallel().mapToObj(i -> travelled.of("ada")))
        .containsOnly(ada);
    assertThat(pseudonymizer.of("bob")).isNotEqualTo(ada);
    assertThat(new Pseudonymizer("k1", KEY + "x").of("ada")).isNotEqualTo(ada);
  }

  @Test
  void refusesWeakKeysAndNeverShowsThem() {
    assertThatThrownBy(() -> new Pseudonymizer("k1", "short"))
        .hasMessageContaining("ingestion.pseudonym.key")
        .hasMessageNotContaining("short");
    assertThatThrownBy(() -> new Pseudonymizer("k.1", KEY)).hasMessageContaining("key-id");
    assertThatThrownBy(() -> Pseudonymizer.from(Settings.of(Map.of())))
        .hasMessageContaining("ingestion.pseudonym.key");
    assertThat(pseudonymizer.toString()).doesNotContain(KEY);
  }
}
