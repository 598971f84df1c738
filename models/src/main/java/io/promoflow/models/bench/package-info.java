/** What a bench runs in the trainer's own process: retrains, again and again. */
package io.promoflow.models.bench;
