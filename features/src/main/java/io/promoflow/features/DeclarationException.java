package io.promoflow.features;

import io.promoflow.ingestion.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Feature declarations that are refused whole; lists everything that is wrong with them. */
public final class DeclarationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeclarationException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("\n", problems.size() + " problem(s), refused:\n", "")));
  }
}
