/** Fits models with Flink ML on a small cluster of its own, in a process of its own. */
package io.promoflow.models.flink;
