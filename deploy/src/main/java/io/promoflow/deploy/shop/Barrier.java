package io.promoflow.deploy.shop;

import java.time.Instant;

/** How the shop waits for the platform, so that nothing depends on who is faster. */
public interface Barrier {
  /** Returns when all that was sent has been worked off, and what came of it is in force. */
  void caughtUp() throws Exception;

  /** Returns when the trainer is done with the window that ends then. */
  void trained(Instant windowEnd) throws Exception;
}
