package io.promoflow.deploy.bench;

import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Adds the compared rows to the answer of a meter and drops the others. */
final class AnswerSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1L;

  /** Adds a row to an answer, when the answer wants it. */
  interface Fold<T> extends Serializable {
    void into(Answer answer, T row);
  }

  private final String meter;
  private final Fold<T> fold;

  AnswerSink(Meter meter, Fold<T> fold) {
    this.meter = meter.name();
    this.fold = fold;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    Answer answer = Meter.named(meter).answer();
    return new SinkWriter<>() {
      @Override
      public void write(T element, Context written) {
        fold.into(answer, element);
      }

      @Override
      public void flush(boolean endOfInput) {
        // nothing is buffered
      }

      @Override
      public void close() {
        // holds no resource
      }
    };
  }
}
