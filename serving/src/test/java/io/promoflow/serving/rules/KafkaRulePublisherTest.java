package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** A producer takes no time to deliver that is shorter than it may linger and wait. */
class KafkaRulePublisherTest {
  private static ConnectionOptions options(Map<String, String> client) {
    var settings = new HashMap<String, String>();
    settings.put("kafka.bootstrap-servers", "127.0.0.1:1");
    settings.put("postgres.url", "jdbc:postgresql://127.0.0.1:1/postgres");
    client.forEach((key, value) -> settings.put("kafka.client." + key, value));
    return ConnectionOptions.from(Settings.of(settings));
  }

  private static Object delivery(Map<String, String> client) {
    new KafkaRulePublisher(options(client)).close(); // a producer takes it
    return KafkaRulePublisher.properties(options(client)).get("delivery.timeout.ms");
  }

  @Test
  void theTimeToDeliverFollowsWhatTheShopSets() {
    assertThat(delivery(Map.of())).isEqualTo(10_000);
    assertThat(delivery(Map.of("request.timeout.ms", "30000", "linger.ms", "0"))).isEqualTo(30_000);
    assertThat(delivery(Map.of("linger.ms", "7000"))).isEqualTo(12_000);
    assertThat(delivery(Map.of("request.timeout.ms", "1000"))).isEqualTo(10_000);
    assertThat(delivery(Map.of("delivery.timeout.ms", "60000"))).isEqualTo("60000");
    assertThat(delivery(Map.of("request.timeout.ms", "2147483647"))).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void whatIsNoTimeIsRefusedByName() {
    assertThatThrownBy(() -> delivery(Map.of("linger.ms", "soon")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("linger.ms")
        .hasMessageContaining("soon");
  }
}
