package io.promoflow.deploy.bench.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationBenchTest {
  private static final int SHOPPERS = 20_000;

  @TempDir private Path folder;

  private static final class Visits {
    private final List<Decision> decisions = new ArrayList<>();
    private final List<ShopEvent> events = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();

    private static Visits of(int shoppers) {
      var visits = new Visits();
      new VisitMill(shoppers)
          .run(
              decision -> {
                visits.decisions.add(decision);
                visits.times.add(decision.at());
              },
              event -> {
                visits.events.add(event);
                visits.times.add(event.at());
              });
      return visits;
    }
  }

  @Test
  void rowsKeepTheirNames() {
    assertThat(new EvaluationBench().rows())
        .extracting(BenchRow::name)
        .contains("group by", "state per cell", "keyed sum");
  }

  @Test
  void whatTheStateHoldsIsWhatNumbersOfFixedWidthHold() throws Exception {
    var row = new CellRow("state per cell", Bar.of("<= 1"), 300, 2_000);
    var call = new SideCall(1, folder, Map.of());
    SideResult ours = row.run(Side.OURS, call);
    SideResult rival = row.run(Side.RIVAL, call);
    assertThat(rival.figure()).isEqualTo(64);
    assertThat(ours.figure()).isBetween(1.0, 64.0);
    assertThat(row.sameAnswer(ours, rival)).isTrue();
    assertThat(ours.more()).containsEntry("cells", 2.0);
  }

  @Test
  void visitsComeInTheOrderOfEventTime() {
    Visits visits = Visits.of(SHOPPERS);
    Instant newest = Instant.EPOCH;
    for (Instant at : visits.times) {
      // a refund is a millisecond after what it comes with
      assertThat(at.plusMillis(1)).isAfterOrEqualTo(newest);
      newest = at;
    }
  }

  @Test
  void theComparedExperimentIsCompleteBeforeTheMeasuredPart() {
    Visits visits = Visits.of(SHOPPERS);
    Set<String> compared = new HashSet<>();
    visits.decisions.stream()
        .filter(decision -> decision.experimentId().equals(VisitMill.COMPARED))
        .forEach(decision -> compared.add(decision.shopperId()));
    assertThat(compared).hasSize(VisitMill.COMPARED_SHOPPERS);
    var orders = new HashMap<String, Integer>();
    Instant last = Instant.EPOCH;
    for (ShopEvent event : visits.events) {
      if (compared.contains(event.shopperId())) {
        last = event.at();
        orders.merge(
            event.shopperId(), event.type() == ShopEventType.ORDER_PLACED ? 1 : 0, Integer::sum);
      }
    }
    assertThat(orders).hasSize(VisitMill.COMPARED_SHOPPERS);
    assertThat(orders.values()).containsOnly(VisitMill.ORDERS);
    assertThat(visits.times.indexOf(last)).isLessThan(VisitMill.FIRST_RECORDS);
  }
}
