/** Benchmarks as commands: ours against a rival, in pairs, with the same answer or no figure. */
package io.promoflow.deploy.bench;
