/**
 * The shared language: the records that cross from one room into another, on a topic or in a table.
 *
 * <p>Money is {@code long} minor units (cents) plus an ISO 4217 code, moments are {@link
 * java.time.Instant}, shares lie in 0 to 1. A value that may be absent is null and says so ("null
 * when ..."). A component that is added later must accept null or 0, so that old savepoints and old
 * topic records still open.
 */
package io.promoflow.ingestion.schema;
