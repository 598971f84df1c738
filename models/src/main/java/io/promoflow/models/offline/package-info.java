/** Trains on any table, beside the platform: {@code ./promoflow train}. Plain Java. */
package io.promoflow.models.offline;
