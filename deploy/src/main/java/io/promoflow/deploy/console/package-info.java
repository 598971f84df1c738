/** The command line: what {@code ./promoflow} offers. */
package io.promoflow.deploy.console;
