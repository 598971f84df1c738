package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a shop which tells of no view is told so: once, and not before there was time for one. */
class ShownTotalsTest {
  private static final ShownDelta.Of OF = new ShownDelta.Of(TEA_TEST, CONTROL);
  private static final Instant EARLY = NOON.plus(Duration.ofMinutes(59));
  private static final Instant LATE = NOON.plus(Duration.ofMinutes(61));

  private final Said said = new Said(ShownTotals.class);
  private KeyedOneInputStreamOperatorTestHarness<ShownDelta.Of, ShownDelta, ShownRow> totals;

  @BeforeEach
  void open() throws Exception {
    totals = harness(new ShownTotals(ShopperHarness.SHOWN, Clock.systemUTC()));
    totals.open();
  }

  private static KeyedOneInputStreamOperatorTestHarness<ShownDelta.Of, ShownDelta, ShownRow>
      harness(KeyedProcessFunction<ShownDelta.Of, ShownDelta, ShownRow> function) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(function),
        ShownDelta::of,
        TypeInformation.of(ShownDelta.Of.class));
  }

  @AfterEach
  void close() throws Exception {
    said.close();
    totals.close();
  }

  private void decided(int decisions, Instant at) throws Exception {
    for (int i = 0; i < decisions; i++) {
      totals.processElement(new ShownDelta(OF, 1, 0), at.toEpochMilli());
    }
  }

  private void watermark(Instant at) throws Exception {
    totals.processWatermark(new Watermark(at.toEpochMilli()));
  }

  @Test
  void variantOfWhichNothingIsShownIsNamedOnce() throws Exception {
    decided(30, NOON);
    watermark(EARLY);
    assertThat(said.lines()).as("views may still be on their way").isEmpty();
    watermark(LATE);
    decided(30, LATE);
    watermark(LATE.plus(Duration.ofDays(1)));
    assertThat(said.lines())
        .containsExactly(
            "WARN 30 decisions of variant control of experiment tea-test, none of them shown: send"
                + " Promotion Viewed with the decisionId, control too, or set evaluation.exposure:"
                + " DECISION");
  }

  @Test
  void oneViewIsEnoughToSayNothing() throws Exception {
    decided(30, NOON);
    totals.processElement(new ShownDelta(OF, 0, 1), NOON.toEpochMilli());
    watermark(LATE.plus(Duration.ofDays(1)));
    assertThat(said.lines()).isEmpty();
  }

  @Test
  void fewDecisionsAreWaitedFor() throws Exception {
    decided(19, NOON);
    watermark(LATE);
    assertThat(said.lines()).isEmpty();
    decided(1, LATE);
    watermark(LATE.plus(Duration.ofHours(2)));
    assertThat(said.lines()).hasSize(1);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void endOfEventTimeIsNotWaitedBeyond() throws Exception {
    decided(5, NOON);
    totals.processWatermark(Watermark.MAX_WATERMARK);
    decided(5, NOON);
    assertThat(said.lines()).as("too few").isEmpty();
    assertThat(totals.numEventTimeTimers()).as("the one that writes").isEqualTo(1);
    assertThat(totals.extractOutputValues())
        .extracting(ShownRow::counted)
        .containsExactly(new ShownDelta(OF, 5, 0));
  }

  /** As it was before anybody looked. */
  private static final class CountedOnly
      extends KeyedProcessFunction<ShownDelta.Of, ShownDelta, ShownRow> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<ShownDelta> counted;

    @Override
    public void open(OpenContext context) {
      var kept = new ValueStateDescriptor<>("counted", ShownDelta.class);
      kept.enableTimeToLive(StateTtlConfig.newBuilder(ShopperHarness.SHOWN.stateTtl()).build());
      counted = getRuntimeContext().getState(kept);
    }

    @Override
    public void processElement(ShownDelta delta, Context context, Collector<ShownRow> out)
        throws Exception {
      counted.update(delta);
    }
  }

  @Test
  void variantThatWasCountedBeforeAnybodyLookedIsLookedAt() throws Exception {
    totals.close();
    totals = harness(new CountedOnly());
    totals.open();
    totals.processElement(new ShownDelta(OF, 30, 0), NOON.toEpochMilli());
    var checkpoint = totals.snapshot(1, 1);
    totals.close();
    totals = harness(new ShownTotals(ShopperHarness.SHOWN, Clock.systemUTC()));
    totals.initializeState(checkpoint);
    totals.open();
    decided(1, NOON);
    watermark(LATE);
    assertThat(said.lines()).singleElement().asString().startsWith("WARN 31 decisions of variant");
  }

  @Test
  void rowIsWrittenAsBefore() throws Exception {
    decided(3, NOON);
    totals.setProcessingTime(ShopperHarness.SHOWN.emitEvery().toMillis());
    assertThat(totals.extractOutputValues())
        .extracting(ShownRow::counted)
        .containsExactly(new ShownDelta(OF, 3, 0));
    watermark(LATE);
    assertThat(totals.extractOutputValues()).hasSize(1);
  }
}
