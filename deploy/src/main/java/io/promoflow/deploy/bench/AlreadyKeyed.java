package io.promoflow.deploy.bench;

import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;

/**
 * A stream of one subtask whose {@code keyBy} moves nothing: the shuffle costs both sides the same
 * and would hide what they differ in.
 */
final class AlreadyKeyed<T> extends DataStream<T> {
  AlreadyKeyed(DataStream<T> stream) {
    super(stream.getExecutionEnvironment(), stream.getTransformation());
  }

  @Override
  public <K> KeyedStream<T, K> keyBy(KeySelector<T, K> key) {
    return DataStreamUtils.reinterpretAsKeyedStream(this, key);
  }
}
