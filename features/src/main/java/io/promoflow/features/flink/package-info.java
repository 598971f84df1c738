/** The feature job: keeps slices per shopper, writes rows and training examples. */
package io.promoflow.features.flink;
