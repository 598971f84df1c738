/**
 * Typed options: declared once with key, default and meaning; read from file, environment, command
 * line.
 */
package io.promoflow.ingestion.options;
