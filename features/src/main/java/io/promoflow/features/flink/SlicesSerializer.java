package io.promoflow.features.flink;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.Slices;
import io.promoflow.features.SlicesCodec;
import io.promoflow.features.SlicesCodec.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The slices of a key in checkpoints. A checkpoint says which columns it has, so features may come
 * and go between a savepoint and the job that goes on from it; only the slide must stay.
 */
final class SlicesSerializer extends TypeSerializer<Slices> {
  private static final long serialVersionUID = 1L;

  private final SlicesCodec codec;

  SlicesSerializer(FeatureEngine engine) {
    this(SlicesCodec.of(engine));
  }

  private SlicesSerializer(SlicesCodec codec) {
    this.codec = codec;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<Slices> duplicate() {
    return this;
  }

  @Override
  public Slices createInstance() {
    throw new UnsupportedOperationException("slices are made by their engine");
  }

  @Override
  public Slices copy(Slices from) {
    return SlicesCodec.copy(from);
  }

  @Override
  public Slices copy(Slices from, Slices reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Slices slices, DataOutputView target) throws IOException {
    codec.write(slices, target);
  }

  @Override
  public Slices deserialize(DataInputView source) throws IOException {
    return codec.read(source);
  }

  @Override
  public Slices deserialize(Slices reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlicesSerializer s
        && s.codec.slideMillis() == codec.slideMillis()
        && s.codec.lasting() == codec.lasting()
        && s.codec.shapes().equals(codec.shapes());
  }

  @Override
  public int hashCode() {
    return codec.shapes().hashCode();
  }

  @Override
  public TypeSerializerSnapshot<Slices> snapshotConfiguration() {
    return new Snapshot(codec.shapes(), codec.slideMillis(), codec.lasting());
  }

  /** The columns and the slide of a checkpoint. Public, with a public constructor, for Flink. */
  public static final class Snapshot implements TypeSerializerSnapshot<Slices> {
    private static final int VERSION = 2;

    private List<Shape> shapes = List.of();
    private long slideMillis = 1;
    private boolean lasting;

    public Snapshot() {}

    private Snapshot(List<Shape> shapes, long slideMillis, boolean lasting) {
      this.shapes = shapes;
      this.slideMillis = slideMillis;
      this.lasting = lasting;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      out.writeLong(slideMillis);
      out.writeInt(shapes.size());
      for (Shape shape : shapes) {
        out.writeUTF(shape.signature());
        out.writeInt(shape.numbers());
        out.writeBoolean(shape.hasPart());
      }
      out.writeBoolean(lasting);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classLoader)
        throws IOException {
      slideMillis = in.readLong();
      int count = in.readInt();
      var read = new ArrayList<Shape>();
      for (int i = 0; i < count; i++) {
        read.add(new Shape(in.readUTF(), in.readInt(), in.readBoolean()));
      }
      shapes = List.copyOf(read);
      lasting = version > 1 && in.readBoolean();
    }

    @Override
    public TypeSerializer<Slices> restoreSerializer() {
      return new SlicesSerializer(SlicesCodec.of(shapes, slideMillis, lasting));
    }

    @Override
    public TypeSerializerSchemaCompatibility<Slices> resolveSchemaCompatibility(
        TypeSerializerSnapshot<Slices> older) {
      var old = (Snapshot) older;
      if (old.slideMillis != slideMillis) {
        throw new IllegalStateException(
            "the checkpoint has slices of %s, the settings say %s: features.slide must stay"
                .formatted(Duration.ofMillis(old.slideMillis), Duration.ofMillis(slideMillis)));
      }
      return old.shapes.equals(shapes) && old.lasting == lasting
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
  }
}
