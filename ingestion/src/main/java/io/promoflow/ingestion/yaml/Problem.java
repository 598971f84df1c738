package io.promoflow.ingestion.yaml;

/**
 * One thing that is wrong with a file that a person wrote.
 *
 * @param file name of the file
 * @param line line, from 1
 * @param subject what it is about, e.g. {@code promotion ten-off}; empty when about the file
 * @param key dotted path of the key within the subject
 * @param rule what must hold
 * @param value what is there; null when nothing is
 */
public record Problem(
    String file, int line, String subject, String key, String rule, String value) {
  @Override
  public String toString() {
    return file
        + ":"
        + line
        + ": "
        + (subject.isEmpty() ? "" : subject + ": ")
        + (key.isEmpty() ? "" : key + ": ")
        + rule
        + (value == null ? "" : ", is '" + value + "'");
  }
}
