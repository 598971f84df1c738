/** What may be concluded from sums: plain statistics over groups, no experiment, no stream. */
package io.promoflow.evaluation.inference;
