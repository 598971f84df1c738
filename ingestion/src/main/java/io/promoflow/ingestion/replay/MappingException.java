package io.promoflow.ingestion.replay;

import java.util.List;

/** A mapping that is refused as a whole; every line names file, key, rule and value. */
public final class MappingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MappingException(List<String> faults) {
    super(String.join("\n", faults));
  }
}
