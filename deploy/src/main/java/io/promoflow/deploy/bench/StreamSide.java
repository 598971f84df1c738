package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;

/** A streaming job under measurement: what stands between the events and the answer. */
interface StreamSide {
  /** Attaches operators and the sink that folds the answer. */
  void attach(DataStream<ShopEvent> events, Load load, Meter meter, Map<String, String> settings)
      throws Exception;

  /** Takes the events and does nothing with them. */
  static StreamSide nothing() {
    return (events, load, meter, settings) ->
        events.sinkTo(new AnswerSink<>(meter, (answer, event) -> {})).name("nothing");
  }
}
