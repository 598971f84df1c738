package io.promoflow.serving.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A rule file that is refused as a whole; lists everything that is wrong with it. */
public final class RuleFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<RuleProblem> problems;

  public RuleFileException(List<RuleProblem> problems) {
    super(
        problems.stream()
            .map(RuleProblem::toString)
            .collect(
                Collectors.joining("\n", problems.size() + " problem(s), nothing applied:\n", "")));
    this.problems = List.copyOf(problems);
  }

  public List<RuleProblem> problems() {
    return problems;
  }
}
