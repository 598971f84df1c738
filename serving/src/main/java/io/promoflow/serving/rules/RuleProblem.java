package io.promoflow.serving.rules;

/**
 * One thing that is wrong with a rule file.
 *
 * @param file name of the file
 * @param line line, from 1
 * @param subject the rule it is about, e.g. {@code promotion ten-off}; empty when about the file
 * @param key dotted path of the key within the rule
 * @param rule what must hold
 * @param value what is there; null when nothing is
 */
public record RuleProblem(
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
