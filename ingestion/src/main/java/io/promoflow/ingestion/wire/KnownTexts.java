package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.wire.JsonBuffer.Piece;

/**
 * Texts that are written again and again, such as the names of promotions, as they are written. One
 * that is not known takes the place of another; used by one thread.
 */
final class KnownTexts {
  private static final int PLACES = 1 << 10;

  private final String[] texts = new String[PLACES];
  private final Piece[] pieces = new Piece[PLACES];

  /** The text with its quotes; only printable ASCII that needs no escapes. */
  Piece piece(String text) throws Unusual {
    int hash = text.hashCode();
    int place = (hash ^ hash >>> 16) & (PLACES - 1);
    if (!text.equals(texts[place])) {
      JsonBuffer.check(text);
      texts[place] = text;
      pieces[place] = new Piece('"' + text + '"');
    }
    return pieces[place];
  }
}
