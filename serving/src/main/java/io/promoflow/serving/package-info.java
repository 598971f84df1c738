/** One decision per request, with its reason and its probability. */
package io.promoflow.serving;
