package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That a shop which tells of no view is told so: once, and not before there was time for one. */
class ShownTotalsTest {
  private static final ShownDelta.Of OF = new ShownDelta.Of(TEA_TEST, CONTROL);
  private static final Instant EARLY = NOON.plus(Duration.ofMinutes(59));
  private static final Instant LATE = NOON.plus(Duration.ofMinutes(61));

  private final Said said = new Said();
  private KeyedOneInputStreamOperatorTestHarness<ShownDelta.Of, ShownDelta, ShownRow> totals;

  /** Keeps what is logged. */
  private static final class Said extends AbstractAppender {
    private final List<String> lines = new ArrayList<>();

    Said() {
      super("said", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }

  private static Logger log() {
    return (Logger) LogManager.getLogger(ShownTotals.class);
  }

  @BeforeEach
  void open() throws Exception {
    said.start();
    log().addAppender(said);
    totals =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new ShownTotals(ShopperHarness.SHOWN, Clock.systemUTC())),
            ShownDelta::of,
            TypeInformation.of(ShownDelta.Of.class));
    totals.open();
  }

  @AfterEach
  void close() throws Exception {
    log().removeAppender(said);
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
    assertThat(said.lines).as("views may still be on their way").isEmpty();
    watermark(LATE);
    decided(30, LATE);
    watermark(LATE.plus(Duration.ofDays(1)));
    assertThat(said.lines)
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
    assertThat(said.lines).isEmpty();
  }

  @Test
  void fewDecisionsAreWaitedFor() throws Exception {
    decided(19, NOON);
    watermark(LATE);
    assertThat(said.lines).isEmpty();
    decided(1, LATE);
    watermark(LATE.plus(Duration.ofHours(2)));
    assertThat(said.lines).hasSize(1);
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
