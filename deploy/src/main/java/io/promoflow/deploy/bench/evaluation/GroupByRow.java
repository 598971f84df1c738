package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import java.util.Map;

/** Reading a result that the job keeps, against computing it from what it rests on. */
public record GroupByRow(String name, Bar bar) implements BenchRow {
  static final String URL = "url";
  static final int SHOPPERS = 300_000;
  static final int OUTCOMES = 2_000_000;

  @Override
  public String unit() {
    return "reads/s";
  }

  @Override
  public String rivalName() {
    return "GROUP BY in the same PostgreSQL";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var store = OutcomeStore.filled(call.folder(), SHOPPERS, OUTCOMES);
    return new Prepared(
        Map.of(URL, store.postgres().url()),
        "%,d outcomes of %,d shoppers, indexed by shopper and time, analysed; both prepared once"
            .formatted(OUTCOMES, SHOPPERS),
        store);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    return Reading.repeat(
        call.setting(URL), side == Side.OURS ? Reading.OURS : Reading.COMPUTED, call.seconds());
  }
}
