/** Decisions in process and over HTTP against rivals that do the same, or nothing at all. */
package io.promoflow.deploy.bench.serving;
