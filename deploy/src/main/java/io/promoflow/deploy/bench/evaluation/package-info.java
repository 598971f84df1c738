/** What reading and keeping results costs. */
package io.promoflow.deploy.bench.evaluation;
