/** The algebra of features: how events become partial aggregates, and these become one value. */
package io.promoflow.features.aggregate;
