/** The simulated shop that the demo runs on: its shoppers, what it sends, and what it planted. */
package io.promoflow.deploy.shop;
