package io.promoflow.serving.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.LedgerUnavailableException;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class RedemptionSinkTest {
  private static final Instant NOON = Instant.parse("2026-01-08T12:00:00Z");
  private static final Duration LEASE = Duration.ofMillis(400);
  private final AskedLedger ledger = new AskedLedger();
  private final RedemptionSink.Writer writer =
      new RedemptionSink.Writer(ledger, new UnregisteredMetricsGroup(), LEASE);

  @Test
  void couponsAndOrdersAreCommittedAndWhatComesBackIsRefunded() throws Exception {
    write("e1", ShopEventType.COUPON_REDEEMED, "d1", 250L);
    write("e2", ShopEventType.ORDER_PLACED, "d1", 90L);
    write("e3", ShopEventType.ORDER_REFUNDED, "d1", 90L);
    write("e4", ShopEventType.ORDER_CANCELLED, "d1", null);
    writer.flush(false);
    assertThat(ledger.asked)
        .containsExactly(
            new Redemption("e1", "d1", Action.COMMIT, 250L, NOON),
            new Redemption("e2", "d1", Action.COMMIT, null, NOON),
            refund("e3", ShopEventType.ORDER_REFUNDED, 90L),
            refund("e4", ShopEventType.ORDER_CANCELLED, null));
  }

  @Test
  void whatIsAboutNoPromiseIsNotAsked() throws Exception {
    write("e1", ShopEventType.ORDER_PLACED, null, null);
    write("e2", ShopEventType.PROMOTION_CLICKED, "d1", null);
    writer.flush(false);
    assertThat(ledger.asked).isEmpty();
  }

  @Test
  void aLedgerThatIsAwayIsAskedAgainWithTheSameKey() throws Exception {
    ledger.failures = 1;
    write("e1", ShopEventType.ORDER_PLACED, "d1", null);
    writer.flush(false);
    assertThat(ledger.asked).extracting(Redemption::key).containsExactly("e1", "e1");
  }

  @Test
  void aDecisionThatBecomesKnownIsSettled() throws Exception {
    ledger.unknown = 2;
    write("e1", ShopEventType.ORDER_PLACED, "d1", null);
    writer.flush(false);
    assertThat(ledger.asked).hasSize(3);
    assertThat(ledger.settled).isEqualTo(1);
  }

  /** More often than an unknown one: the lease of a killed server has to run out. */
  @Test
  void whatIsLeasedForNowIsAskedForUntilItIsSettled() throws Exception {
    ledger.leased = 8;
    write("e1", ShopEventType.COUPON_REDEEMED, "d1", 900L);
    writer.flush(false);
    assertThat(ledger.asked).hasSize(9);
    assertThat(ledger.settled).isEqualTo(1);
  }

  @Test
  void whatStaysLeasedIsGivenUpSomeTimeAfterALeaseRanOut() throws Exception {
    ledger.leased = Integer.MAX_VALUE;
    write("e1", ShopEventType.COUPON_REDEEMED, "d1", 900L);
    writer.flush(false);
    assertThat(ledger.asked).hasSize(27);
    assertThat(ledger.settled).isZero();
  }

  @Test
  void whatComesBackOfWhatIsLeasedForNowWaitsForIt() throws Exception {
    ledger.leased = 8;
    ledger.refundsWhatIsCommitted = true;
    write("e1", ShopEventType.COUPON_REDEEMED, "d1", 900L);
    write("e2", ShopEventType.ORDER_CANCELLED, "d1", null);
    write("e3", ShopEventType.ORDER_CANCELLED, "d2", null);
    writer.flush(false);
    assertThat(ledger.asked).extracting(Redemption::key).filteredOn("e3"::equals).hasSize(5);
    assertThat(ledger.asked).last().extracting(Redemption::key).isEqualTo("e2");
    assertThat(ledger.settled).isEqualTo(2);
  }

  @Test
  void aDefectOfTheLedgerFailsTheCheckpoint() throws Exception {
    ledger.defect = true;
    write("e1", ShopEventType.ORDER_PLACED, "d1", null);
    assertThatThrownBy(() -> writer.flush(false)).hasMessageContaining("could not settle");
  }

  @Test
  void theLedgerHearsOfEventTimeThoughNothingIsRedeemed() throws Exception {
    writer.writeWatermark(new Watermark(NOON.toEpochMilli()));
    assertThat(ledger.eventTime).isEqualTo(NOON);
  }

  @Test
  void neitherTheBeginningNorTheEndOfAllTimeIsAMoment() throws Exception {
    writer.writeWatermark(new Watermark(Long.MIN_VALUE));
    writer.writeWatermark(new Watermark(Long.MAX_VALUE));
    assertThat(ledger.eventTime).isNull();
  }

  private static Redemption refund(String id, ShopEventType type, Long cents) {
    return new Redemption(
        id, "d1", Action.REFUND, cents, null, NOON, new Redemption.Reversal(type, null, null));
  }

  private void write(String id, ShopEventType type, String decision, Long discount)
      throws Exception {
    var event =
        new ShopEvent(
            id, type, "ada", null, NOON, null, null, null, null, null, discount, null, null, null,
            decision, null, null, null, null);
    writer.write(event, new Told());
  }

  private record Told() implements SinkWriter.Context {
    @Override
    public long currentWatermark() {
      return Long.MIN_VALUE;
    }

    @Override
    public Long timestamp() {
      return null;
    }
  }

  /** Settles everything, after as many failures and unknown decisions as it is told. */
  private static final class AskedLedger implements Ledger {
    private final List<Redemption> asked = new ArrayList<>();
    private int failures;
    private int unknown;
    private int leased;
    private int settled;
    private boolean refundsWhatIsCommitted;
    private boolean defect;
    private Instant eventTime;

    @Override
    public Optional<Refusal> reserve(Claim claim) {
      return Optional.empty();
    }

    @Override
    public Optional<Refusal> wouldRefuse(Claim claim) {
      return Optional.empty();
    }

    @Override
    public void release(String decisionId) {}

    @Override
    public CompletionStage<Settlement> settle(Redemption redemption) {
      asked.add(redemption);
      if (defect) {
        return CompletableFuture.failedFuture(new IllegalStateException("defect"));
      }
      if (failures-- > 0) {
        return CompletableFuture.failedFuture(new LedgerUnavailableException("away", null));
      }
      String key = redemption.key();
      boolean isEarly =
          refundsWhatIsCommitted && redemption.action() == Action.REFUND && settled == 0;
      boolean isOfNothing = refundsWhatIsCommitted && redemption.decisionId().equals("d2");
      if (isEarly || isOfNothing || unknown-- > 0) {
        return refused(redemption, Refusal.NOTHING_PROMISED);
      }
      if (leased-- > 0) {
        return refused(redemption, Refusal.LEASED);
      }
      settled++;
      return CompletableFuture.completedFuture(
          new Settlement(key, redemption.decisionId(), "p", true, null, 1));
    }

    private static CompletionStage<Settlement> refused(Redemption redemption, Refusal why) {
      return CompletableFuture.completedFuture(
          new Settlement(redemption.key(), redemption.decisionId(), null, false, why, 0));
    }

    @Override
    public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
      return settle(redemption);
    }

    @Override
    public void eventTime(Instant now) {
      eventTime = now;
    }

    @Override
    public void close() {}
  }
}
