/** What the models say about a shopper. */
package io.promoflow.serving.scoring;
