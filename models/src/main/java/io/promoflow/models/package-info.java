/** From numbers to segments and probabilities: scoring, guarding and judging models. */
package io.promoflow.models;
