/** How near the stream comes to the best allocation that could be made with hindsight. */
package io.promoflow.serving.allocation.bench;
