package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.WrittenRow;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
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

  @TempDir Path folder;

  private FeatureOptions options() throws IOException {
    Path declarations = Files.writeString(folder.resolve("features.yaml"), FEATURES);
    return FeatureOptions.from(
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "unused",
                "postgres.url", "unused",
                "features.declarations", declarations.toString(),
                "features.windows", "PT1H",
                "features.examples.horizon", "PT1H",
                "features.slide", "PT10M")));
  }

  private static StreamExecutionEnvironment env(int parallelism) {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    JobEnvironment.configure(
        env, Settings.of(Map.of("flink.parallelism", Integer.toString(parallelism))));
    return env;
  }

  @Test
  void repeatsCountOnceForEveryEntity() throws Exception {
    FeatureOptions options = options();
    var env = env(2);
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

  @Test
  void whoeverUsesATypeTellsWhatOfItIsLateAndWhatARepeat() throws Exception {
    Instant muchLater = NOON.plus(Duration.ofHours(3));
    var events =
        env(1)
            .fromData(
                event("shown", ShopEventType.PROMOTION_VIEWED, NOON),
                event("viewed", ShopEventType.PRODUCT_VIEWED, NOON),
                event("of no use", ShopEventType.ADDED_TO_CART, NOON),
                event("clock", ShopEventType.PRODUCT_VIEWED, muchLater),
                event("shown", ShopEventType.PROMOTION_VIEWED, NOON),
                event("viewed", ShopEventType.PRODUCT_VIEWED, NOON),
                event("of no use", ShopEventType.ADDED_TO_CART, NOON),
                event("shown late", ShopEventType.PROMOTION_VIEWED, NOON),
                event("viewed late", ShopEventType.PRODUCT_VIEWED, NOON))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<ShopEvent>forGenerator(context -> new AtOnce())
                    .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli()));
    List<String> late = new ArrayList<>();
    try (var found = FeatureJob.pipeline(events, options()).late().executeAndCollect()) {
      found.forEachRemaining(event -> late.add(event.eventId()));
    }
    assertThat(late).containsExactlyInAnyOrder("shown late", "viewed late");
  }

  /** Time passes with every event. */
  private static final class AtOnce implements WatermarkGenerator<ShopEvent> {
    @Override
    public void onEvent(ShopEvent event, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(timestamp));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static String text(WrittenRow row) {
    String values = new String(row.values(), StandardCharsets.UTF_8);
    return row.entity() + " " + row.key() + " " + row.asOf() + " " + values;
  }
}
