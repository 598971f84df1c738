/** How good the features are, day by day: missing, range, drift, freshness. */
package io.promoflow.features.health;
