package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.util.Map;

/**
 * Reading a kept result beside all outcomes, against beside a tenth of them: it does not matter.
 */
public record TenthRow(String name, Bar bar) implements BenchRow {
  private static final String FEWER = "fewer";
  private static final int TENTH = 10;

  @Override
  public String unit() {
    return "reads/s";
  }

  @Override
  public String rivalName() {
    return "the same with a tenth of the outcomes";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var all = OutcomeStore.filled(call.folder(), GroupByRow.SHOPPERS, GroupByRow.OUTCOMES);
    var fewer =
        OutcomeStore.filled(
            call.folder(), GroupByRow.SHOPPERS / TENTH, GroupByRow.OUTCOMES / TENTH);
    return new Prepared(
        Map.of(GroupByRow.URL, all.postgres().url(), FEWER, fewer.postgres().url()),
        "%,d outcomes against %,d".formatted(GroupByRow.OUTCOMES, GroupByRow.OUTCOMES / TENTH),
        () -> {
          try (all) {
            fewer.close();
          }
        });
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    String url = call.setting(side == Side.OURS ? GroupByRow.URL : FEWER);
    return Reading.repeat(url, Reading.OURS, call.seconds());
  }

  /** They are results of other records. */
  @Override
  public boolean sameAnswer(SideResult ours, SideResult rival) {
    return true;
  }
}
