/** The relational store, plain JDBC: migrations, pools and writing in bulk. */
package io.promoflow.ingestion.store;
