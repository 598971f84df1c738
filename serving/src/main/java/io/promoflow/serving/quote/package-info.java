/** Which of the promises that a shopper holds count on a cart, and what each takes off. */
package io.promoflow.serving.quote;
