package io.promoflow.features;

import java.util.List;

/**
 * Feature declarations that are refused whole; the message names every feature, key, rule and
 * value.
 */
public final class DeclarationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeclarationException(String source, List<String> problems) {
    super(source + " is refused:\n  - " + String.join("\n  - ", problems));
  }
}
