package io.promoflow.deploy.shop;

import java.time.Instant;

/** Where the shop waits for the platform, so that a run does not depend on its speed. */
public interface Barrier {
  /** Returns when everything that was sent has been worked off. */
  void caughtUp() throws Exception;

  /** Returns when the training windows up to this moment have been judged and read. */
  void trained(Instant upTo) throws Exception;
}
