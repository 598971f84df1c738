package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.WrittenRow;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on a MiniCluster: what other entities get of the events. */
class FeatureJobTest {
  private static final String FEATURES =
      """
      features:
        - {name: views, events: [PRODUCT_VIEWED], aggregate: count, unit: events, meaning: m, owner: o}
        - {name: promotion_views, entity: promotion, events: [PROMOTION_VIEWED], aggregate: count, unit: events, meaning: m, owner: o}
        - {name: product_views, entity: product, events: [PRODUCT_VIEWED], aggregate: count, unit: events, meaning: m, owner: o}
      """;

  private static ShopEvent event(String id, ShopEventType type, Instant at) {
    return new ShopEvent(
        id, type, ADA, null, at, "p1", null, null, null, null, null, null, null, "tenoff", null,
        null, null, null, null);
  }

  @Test
  void repeatsCountOnceForEveryEntity(@TempDir Path folder) throws Exception {
    Path declarations = Files.writeString(folder.resolve("features.yaml"), FEATURES);
    var options =
        FeatureOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "unused",
                    "postgres.url", "unused",
                    "features.declarations", declarations.toString(),
                    "features.windows", "PT1H",
                    "features.examples.horizon", "PT1H",
                    "features.slide", "PT10M")));
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    JobEnvironment.configure(env, Settings.of(Map.of("flink.parallelism", "2")));
    ShopEvent shown = event("e1", ShopEventType.PROMOTION_VIEWED, NOON);
    ShopEvent viewed = event("e2", ShopEventType.PRODUCT_VIEWED, NOON.plusSeconds(1));
    var events =
        env.fromData(shown, viewed, shown, viewed)
            .assignTimestampsAndWatermarks(FeatureJob.watermarks(options));
    List<String> rows = new ArrayList<>();
    try (var found = FeatureJob.pipeline(events, options).entityRows().executeAndCollect()) {
      found.forEachRemaining(row -> rows.add(text(row)));
    }
    Instant closed = NOON.plus(Duration.ofMinutes(10));
    Instant gone = closed.plus(Duration.ofHours(1));
    assertThat(rows)
        .containsExactlyInAnyOrder(
            "promotion tenoff " + closed + " {\"promotion_views_1h\":1}",
            "promotion tenoff " + gone + " {\"promotion_views_1h\":0}",
            "product p1 " + closed + " {\"product_views_1h\":1}",
            "product p1 " + gone + " {\"product_views_1h\":0}");
  }

  private static String text(WrittenRow row) {
    String values = new String(row.values(), StandardCharsets.UTF_8);
    return row.entity() + " " + row.key() + " " + row.asOf() + " " + values;
  }
}
