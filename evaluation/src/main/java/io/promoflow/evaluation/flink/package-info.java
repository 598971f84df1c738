/** The evaluation job: per shopper attribution, result tables, adjustment proposals. */
package io.promoflow.evaluation.flink;
