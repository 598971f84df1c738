package io.promoflow.features.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts the parts of a feature's day together and compares the day with the one before. State is two
 * days of one feature and needs no TTL.
 */
final class DailyHealth extends KeyedProcessFunction<String, DayProfile, FeatureHealth> {
  private static final long serialVersionUID = 1L;
  private static final long DAY_MILLIS = 86_400_000;

  private transient MapState<Long, DayProfile> days;

  @Override
  public void open(OpenContext context) {
    days =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("days", Types.LONG, TypeInformation.of(DayProfile.class)));
  }

  @Override
  public void processElement(DayProfile part, Context context, Collector<FeatureHealth> out)
      throws Exception {
    DayProfile day = days.get(part.day());
    if (day == null) {
      days.put(part.day(), part);
      context.timerService().registerEventTimeTimer(end(part.day()));
    } else {
      var whole = day.profile();
      whole.merge(part.profile());
      days.put(part.day(), DayProfile.of(day.entity(), day.feature(), day.day(), whole));
    }
  }

  private static long end(long day) {
    return (day + 1) * DAY_MILLIS - 1;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<FeatureHealth> out)
      throws Exception {
    long day = (timestamp + 1) / DAY_MILLIS - 1;
    DayProfile today = days.get(day);
    DayProfile before = days.get(day - 1);
    if (before != null) {
      days.remove(day - 1);
    }
    if (end(day) == timestamp && today != null) {
      out.collect(FeatureHealth.of(today, before));
      // kept for the next day to be compared with
      context.timerService().registerEventTimeTimer(end(day + 1));
    }
  }
}
