/** Run it: laptop, cluster, demo, simulated shop, console. Decides nothing. */
package io.promoflow.deploy;
