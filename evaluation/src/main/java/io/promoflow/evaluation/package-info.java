/** Did it help, may we believe it, and what should change? The statistics, without an engine. */
package io.promoflow.evaluation;
