package io.promoflow.features.aggregate;

/** 64 bits that stand for a text: FNV-1a, then the finaliser of MurmurHash3. */
public final class Hash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long MURMUR_1 = 0xff51afd7ed558ccdL;
  private static final long MURMUR_2 = 0xc4ceb9fe1a85ec53L;
  private static final int SHIFT = 33;

  private Hash() {}

  /** The same for equal texts; different for different ones but for one pair in 2^64. */
  public static long of(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> SHIFT)) * MURMUR_1;
    hash = (hash ^ (hash >>> SHIFT)) * MURMUR_2;
    return hash ^ (hash >>> SHIFT);
  }
}
