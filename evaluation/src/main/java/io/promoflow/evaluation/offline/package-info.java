/** The results of an experiment from a table: {@code ./promoflow evaluate}. */
package io.promoflow.evaluation.offline;
