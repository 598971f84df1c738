package io.promoflow.serving.rules;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with a rule file, so that all is told at once. */
final class Problems {
  private final String file;
  private final List<RuleProblem> found = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void add(int line, String subject, String key, String rule, Object value) {
    String shown = value == null ? null : shorten(value.toString());
    found.add(new RuleProblem(file, line, subject, key, rule, shown));
  }

  private static String shorten(String value) {
    return value.length() <= 100 ? value : value.substring(0, 100) + "…";
  }

  void refuseIfAny() {
    if (!found.isEmpty()) {
      throw new RuleFileException(found);
    }
  }
}
