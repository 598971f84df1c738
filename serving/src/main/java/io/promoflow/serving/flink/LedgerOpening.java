package io.promoflow.serving.flink;

import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.PostgresLedger;
import java.io.Serializable;

/** Opens a ledger where a subtask runs: each has leases of its own. */
public interface LedgerOpening extends Serializable {
  Ledger open();

  /** For whoever decides. */
  static LedgerOpening on(ServingOptions options) {
    return () -> PostgresLedger.open(options.connections().postgres(), options.ledger());
  }

  /** For whoever only settles: it keeps no lease from those who decide. */
  static LedgerOpening settling(ServingOptions options) {
    return () -> PostgresLedger.settling(options.connections().postgres(), options.ledger());
  }
}
