package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.Cast;
import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.Slices;
import io.promoflow.features.SlicesCodec;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** State that was written before anything was remembered for ever. */
class SlicesSerializerTest {
  private static final FeatureEngine ENGINE =
      new FeatureEngine(
          Declarations.shipped().features(), List.of(Duration.ofDays(7)), Duration.ofHours(1));

  @Test
  void aCheckpointOfTheFirstFormatIsTakenOver() throws Exception {
    var codec = SlicesCodec.of(ENGINE);
    var snapshot = new DataOutputSerializer(64);
    snapshot.writeLong(codec.slideMillis());
    snapshot.writeInt(codec.shapes().size());
    for (SlicesCodec.Shape shape : codec.shapes()) {
      snapshot.writeUTF(shape.signature());
      snapshot.writeInt(shape.numbers());
      snapshot.writeBoolean(shape.hasPart());
    }
    var state = new DataOutputSerializer(64);
    codec.write(ordered(), state);
    // number of slices, boundary and timer take a byte each; what is never forgotten came after
    byte[] bytes = state.getCopyOfBuffer();
    byte[] before = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, before, 0, 3);
    System.arraycopy(bytes, 4, before, 3, bytes.length - 4);

    var first = new SlicesSerializer.Snapshot();
    first.readSnapshot(
        1, new DataInputDeserializer(snapshot.getCopyOfBuffer()), getClass().getClassLoader());
    var now = new SlicesSerializer(ENGINE).snapshotConfiguration();
    assertThat(now.resolveSchemaCompatibility(first).isCompatibleAfterMigration()).isTrue();
    Slices read = first.restoreSerializer().deserialize(new DataInputDeserializer(before));
    assertThat(row(codec.adopt(read))).isEqualTo(row(ordered()));
    assertThat(row(ordered()).values()).containsEntry("days_since_last_order", 1.0);
  }

  private static FeatureRow row(Slices slices) {
    return ENGINE.row(ENGINE.vectorAt(NOON.plus(Duration.ofDays(1)).toEpochMilli(), ADA, slices));
  }

  private static Slices ordered() {
    Slices slices = ENGINE.newSlices();
    ShopEvent order = Cast.order("e1", NOON, "o1", 500, null);
    ENGINE.fold(order, slices, slices.insert(NOON.toEpochMilli()));
    return slices;
  }
}
