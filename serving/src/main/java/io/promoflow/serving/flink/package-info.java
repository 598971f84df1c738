/** Decisions on the stream: the job, its operator, its table and its rule book sink. */
package io.promoflow.serving.flink;
