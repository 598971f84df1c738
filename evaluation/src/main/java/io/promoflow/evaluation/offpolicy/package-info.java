/**
 * What another policy would have brought, from decisions that were logged with their probability.
 */
package io.promoflow.evaluation.offpolicy;
