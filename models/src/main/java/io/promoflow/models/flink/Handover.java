package io.promoflow.models.flink;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.apache.flink.types.Row;

/**
 * Rows of a job on the cluster in this very process, handed over without a detour. Flink's own
 * {@code collectAsync} refuses rows of more than 2 MB, such as a model of all training rows, and
 * polls for them.
 */
final class Handover implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Queue<Row>> ROWS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();

  private Handover() {}

  /** Of a stream in a job that has not been started yet. */
  static Handover of(DataStream<Row> stream) {
    var handover = new Handover();
    ROWS.put(handover.id, new ConcurrentLinkedQueue<>());
    stream.addSink(new Put(handover.id)).name("handover");
    return handover;
  }

  /** All rows, once the job has ended. Takes them out. */
  List<Row> take() {
    Queue<Row> rows = ROWS.remove(id);
    return rows == null ? List.of() : List.copyOf(rows);
  }

  private record Put(String id) implements SinkFunction<Row> {
    @Override
    public void invoke(Row row, Context context) {
      ROWS.get(id).add(row);
    }
  }
}
