package io.promoflow.serving.http;

import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** What becomes of promises. */
record RedemptionEndpoints(RedemptionReader reader, Ledger ledger) implements Endpoints {
  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("redeem", this::redeem);
  }

  private void redeem(RoutingContext ctx) {
    Redemption redemption = reader.read(Endpoints.body(ctx));
    boolean dryRun = Endpoints.isDryRun(ctx);
    var settled = dryRun ? ledger.wouldSettle(redemption) : ledger.settle(redemption);
    Endpoints.then(ctx, settled, settlement -> answer(ctx, settlement, dryRun));
  }

  private static void answer(RoutingContext ctx, Settlement settlement, boolean dryRun) {
    if (settlement.settled()) {
      Answers.json(ctx.response(), settlement);
    } else {
      if (settlement.refusal() == Refusal.LEASED && !dryRun) {
        Answers.retrySoon(ctx.response());
      }
      Answers.problem(ctx.response(), 409, RefusedRedemption.of(settlement));
    }
  }
}
