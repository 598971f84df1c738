package io.promoflow.ingestion;

/**
 * Which name came after which the last time: trackers write the fields of an event in the same
 * order again and again. It is only a guess at where to look first, so it may be shared by threads
 * without care: a lost or late note costs time and changes nothing.
 */
final class Followers {
  private final int[] followers = new int[PlainNames.count() + 1];

  /** The name that came after a name, or first after -1. */
  int after(int name) {
    return followers[name + 1];
  }

  /** Notes that a name came after another; -1 is one that we do not know. */
  void note(int before, int name) {
    if (name >= 0 && followers[before + 1] != name) {
      followers[before + 1] = name;
    }
  }
}
