/**
 * Files that people write in YAML: validated whole, refused whole, with line, key, rule and value.
 */
package io.promoflow.ingestion.yaml;
