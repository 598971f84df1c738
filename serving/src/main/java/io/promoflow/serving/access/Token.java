package io.promoflow.serving.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What the holder of a key sends: {@code pf_}, the id, {@code _} and the secret.
 *
 * @param id twelve hexadecimal digits
 * @param secret 256 random bits, base64url
 */
record Token(String id, String secret) {
  private static final String PREFIX = "pf_";
  private static final int ID_END = PREFIX.length() + 12;
  private static final int LONGEST = 128;
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;
  private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(Token::digest);

  static Token random(SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new Token(
        HexFormat.of().formatHex(id),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Null when the text is no token. */
  static Token parse(String text) {
    boolean isOne =
        text.length() > ID_END + 1
            && text.length() <= LONGEST
            && text.startsWith(PREFIX)
            && text.charAt(ID_END) == '_';
    return isOne
        ? new Token(text.substring(PREFIX.length(), ID_END), text.substring(ID_END + 1))
        : null;
  }

  byte[] secretHash() {
    return DIGESTS.get().digest(secret.getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    return PREFIX + id + '_' + secret;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + id + "_***";
  }
}
