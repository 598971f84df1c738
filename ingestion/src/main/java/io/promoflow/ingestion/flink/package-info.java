/** The ingestion job, and how every job reads and writes topics and tables. */
package io.promoflow.ingestion.flink;
