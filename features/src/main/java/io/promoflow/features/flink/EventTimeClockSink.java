package io.promoflow.features.flink;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Tells readers of the tables how far event time is: whoever reads clock {@code T} finds every row
 * that was due by {@code T}.
 *
 * <p>The watermark at a checkpoint's barrier is committed only when that checkpoint is complete,
 * and by then every other sink of the job has flushed what came before the barrier. To be run with
 * one subtask, which sees the least watermark of all.
 */
final class EventTimeClockSink<T> implements Sink<T>, SupportsCommitter<Long> {
  private static final long serialVersionUID = 1L;
  private static final String UPSERT =
      """
      INSERT INTO features.event_time_clock AS t (name, at) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET at = GREATEST(t.at, excluded.at)
      """;

  private final Postgres postgres;
  private final String name;

  EventTimeClockSink(Postgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
  }

  @Override
  public CommittingSinkWriter<T, Long> createWriter(WriterInitContext context) {
    return new Writer<>();
  }

  @Override
  public Committer<Long> createCommitter(CommitterInitContext context) {
    return new ClockCommitter();
  }

  @Override
  public SimpleVersionedSerializer<Long> getCommittableSerializer() {
    return new LongSerializer();
  }

  /** Notes the watermark and hands it over at the barrier. */
  private static final class Writer<T> implements CommittingSinkWriter<T, Long> {
    private long watermark = Long.MIN_VALUE;
    private long handedOver = Long.MIN_VALUE;

    @Override
    public void write(T element, Context context) {
      // only the watermark matters
    }

    @Override
    public void writeWatermark(org.apache.flink.api.common.eventtime.Watermark mark) {
      watermark = mark.getTimestamp();
    }

    @Override
    public void flush(boolean endOfInput) {
      // nothing is buffered
    }

    @Override
    public Collection<Long> prepareCommit() {
      boolean news = watermark > handedOver && watermark < Watermark.MAX_WATERMARK.getTimestamp();
      if (!news) {
        return List.of();
      }
      handedOver = watermark;
      return List.of(watermark);
    }

    @Override
    public void close() {
      // holds no resource
    }
  }

  /** Writes the clock. */
  private final class ClockCommitter implements Committer<Long> {
    @Override
    public void commit(Collection<CommitRequest<Long>> requests) throws IOException {
      if (requests.isEmpty()) {
        return;
      }
      long latest = requests.stream().mapToLong(CommitRequest::getCommittable).max().getAsLong();
      try (var connection =
              DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
          var statement = connection.prepareStatement(UPSERT)) {
        statement.setString(1, name);
        // a watermark of t says that everything up to and including t is there
        statement.setTimestamp(2, Timestamp.from(Instant.ofEpochMilli(latest + 1)));
        statement.executeUpdate();
      } catch (SQLException e) {
        throw new IOException("cannot write features.event_time_clock", e);
      }
    }

    @Override
    public void close() {
      // every commit closes its own connection
    }
  }

  private static final class LongSerializer implements SimpleVersionedSerializer<Long> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Long value) {
      return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @Override
    public Long deserialize(int version, byte[] bytes) {
      return ByteBuffer.wrap(bytes).getLong();
    }
  }
}
