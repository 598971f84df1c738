/** From evidence to a change of the serving rules. */
package io.promoflow.evaluation.policy;
