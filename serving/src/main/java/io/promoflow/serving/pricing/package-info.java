/** What promotions do to a cart, to the cent. */
package io.promoflow.serving.pricing;
