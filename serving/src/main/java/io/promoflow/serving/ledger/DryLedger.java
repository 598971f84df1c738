package io.promoflow.serving.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Answers as another ledger would, and changes nothing there: for a dry run.
 *
 * @param real whose state is looked at; closing this leaves it open
 */
public record DryLedger(Ledger real) implements Ledger {
  @Override
  public Optional<Refusal> reserve(Claim claim) {
    return real.wouldRefuse(claim);
  }

  @Override
  public Optional<Refusal> wouldRefuse(Claim claim) {
    return real.wouldRefuse(claim);
  }

  @Override
  public void release(String decisionId) {
    // nothing was reserved
  }

  @Override
  public CompletionStage<Settlement> settle(Redemption redemption) {
    return real.wouldSettle(redemption);
  }

  @Override
  public CompletionStage<Settlement> wouldSettle(Redemption redemption) {
    return real.wouldSettle(redemption);
  }

  @Override
  public CompletionStage<Map<Claim, Standing>> standings(Collection<Claim> claims) {
    return real.standings(claims);
  }

  @Override
  public void close() {
    // the real one is somebody else's
  }
}
