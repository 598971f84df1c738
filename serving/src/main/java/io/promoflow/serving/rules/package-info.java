/** The serving rules: read from YAML, versioned in PostgreSQL, published, adjusted, reverted. */
package io.promoflow.serving.rules;
