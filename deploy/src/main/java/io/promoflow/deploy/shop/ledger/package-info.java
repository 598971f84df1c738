/** What the simulated shop wrote down before it sent anything, and what it was told. */
package io.promoflow.deploy.shop.ledger;
