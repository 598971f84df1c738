/** The relational store, plain JDBC: migrations and pools. */
package io.promoflow.ingestion.store;
