/** Recomputes the final tables from the shop's own ledger, sharing no code with the pipeline. */
package io.promoflow.deploy.shop.oracle;
