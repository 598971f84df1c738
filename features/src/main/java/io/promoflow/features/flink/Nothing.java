package io.promoflow.features.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** A stream of a type, without elements: what there is when no other entity has features. */
final class Nothing<I, O> extends ProcessFunction<I, O> implements ResultTypeQueryable<O> {
  private static final long serialVersionUID = 1L;
  private final Class<O> type;

  Nothing(Class<O> type) {
    this.type = type;
  }

  @Override
  public void processElement(I element, Context context, Collector<O> out) {
    // gives nothing
  }

  @Override
  public TypeInformation<O> getProducedType() {
    return TypeInformation.of(type);
  }
}
