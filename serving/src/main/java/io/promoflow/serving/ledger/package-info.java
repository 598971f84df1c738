/** Budgets, stock and caps: what was promised, spent and given back, to the cent. */
package io.promoflow.serving.ledger;
