/** The embedded platform: broker, store, Flink and the trainer on one machine, restartable. */
package io.promoflow.deploy.platform;
