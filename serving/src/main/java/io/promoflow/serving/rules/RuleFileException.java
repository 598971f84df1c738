package io.promoflow.serving.rules;

import io.promoflow.ingestion.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A rule file that is refused as a whole; lists everything that is wrong with it. */
public final class RuleFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<Problem> problems;

  public RuleFileException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(
                Collectors.joining("\n", problems.size() + " problem(s), nothing applied:\n", "")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
