/** The ledger under load while its servers and its database are killed. */
package io.promoflow.serving.ledger.bench;
