package io.promoflow.evaluation.flink;

import java.time.Duration;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.TimerService;

/** Lets a key's rows be written once for many changes: a moment of wall time after the first. */
final class WriteSoon {
  private final ValueState<Boolean> writing;
  private final long waitMillis;
  private final boolean keysGo;

  private WriteSoon(
      RuntimeContext runtime,
      ValueStateDescriptor<Boolean> writing,
      Duration wait,
      boolean keysGo) {
    this.writing = runtime.getState(writing);
    this.waitMillis = wait.toMillis();
    this.keysGo = keysGo;
  }

  /** Of a few keys that are there for good. No TTL: the timer that follows clears the state. */
  static WriteSoon ofLastingKeys(RuntimeContext runtime, Duration wait) {
    return new WriteSoon(runtime, flag(), wait, false);
  }

  /** Of keys that come day after day: nothing of them may stay when they are forgotten. */
  static WriteSoon ofPassingKeys(RuntimeContext runtime, Duration wait, StateTtlConfig ttl) {
    var kept = flag();
    kept.enableTimeToLive(ttl);
    return new WriteSoon(runtime, kept, wait, true);
  }

  private static ValueStateDescriptor<Boolean> flag() {
    return new ValueStateDescriptor<>("writing", Boolean.class);
  }

  /** The key has changed. */
  void changed(TimerService timers) throws Exception {
    if (writing.value() != null) {
      return;
    }
    writing.update(true);
    timers.registerProcessingTimeTimer(timers.currentProcessingTime() + waitMillis);
    // bounded input ends without processing time: write at the end of event time, too
    timers.registerEventTimeTimer(Long.MAX_VALUE);
  }

  /** The timer has fired and the key is written now. */
  void written(TimerService timers) {
    writing.clear();
    if (keysGo) {
      timers.deleteEventTimeTimer(Long.MAX_VALUE);
    }
  }
}
