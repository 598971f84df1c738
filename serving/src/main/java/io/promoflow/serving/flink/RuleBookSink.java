package io.promoflow.serving.flink;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.serving.rules.RuleBook;
import java.io.Serializable;
import java.time.Clock;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Carries proposed adjustments out. Each is in the rule book when {@code write} returns, so there
 * is nothing to flush before a checkpoint; a repeat after a restart gets its old answer.
 */
final class RuleBookSink implements Sink<StrategyAdjustment> {
  private static final long serialVersionUID = 1L;
  private final Opening opening;

  RuleBookSink(Opening opening) {
    this.opening = opening;
  }

  /** Opens the rule book where the sink runs. */
  interface Opening extends Serializable {
    RuleBook open();
  }

  static RuleBookSink on(ConnectionOptions connections) {
    return new RuleBookSink(() -> RuleBook.open(connections, Clock.systemUTC()));
  }

  @Override
  public SinkWriter<StrategyAdjustment> createWriter(WriterInitContext context) {
    return new Writer(opening.open());
  }

  private record Writer(RuleBook book) implements SinkWriter<StrategyAdjustment> {
    @Override
    public void write(StrategyAdjustment adjustment, Context context) {
      if (adjustment.status() == StrategyAdjustment.Status.PROPOSED) {
        book.adjust(adjustment);
      }
    }

    @Override
    public void flush(boolean endOfInput) {
      // every write is durable when it returns
    }

    @Override
    public void close() {
      book.close();
    }
  }
}
