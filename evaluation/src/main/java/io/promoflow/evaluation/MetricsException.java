package io.promoflow.evaluation;

import io.promoflow.ingestion.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Metric declarations that are refused whole; lists everything that is wrong with them. */
public final class MetricsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MetricsException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("\n", problems.size() + " problem(s), refused:\n", "")));
  }
}
