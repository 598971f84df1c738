/** How a model is fitted: the {@code Trainer} SPI, and our own trainers. Plain Java. */
package io.promoflow.models.trainer;
