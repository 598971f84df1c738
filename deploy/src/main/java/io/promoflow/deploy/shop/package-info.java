/**
 * A simulated shop with a known truth. It speaks only the topics and the HTTP interface, writes
 * down what it sends before it sends it, and an oracle that shares no code with the platform
 * compares the final tables with that ledger.
 */
package io.promoflow.deploy.shop;
