/** Numbers about a shopper at a moment: declared features, folded by slices. */
package io.promoflow.features;
