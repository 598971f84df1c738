package io.promoflow.serving.ledger;

import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.Promotion;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The codes that shoppers enter: the promotion's own, or one for each shopper, made from it by a
 * keyed hash (HMAC-SHA-256). Nothing is stored for a code that nobody redeems, and nobody can make
 * another shopper's. May be shared by threads.
 */
public final class CouponCodes implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";

  /** Keeps what is made from the shop's secret here apart from pseudonyms, which are shown. */
  private static final String PURPOSE = "promoflow coupon codes\n";

  /** Crockford's base 32: no letter that looks like a digit. */
  private static final char[] LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

  private static final int BITS_OF_A_LETTER = 5;
  private static final int LENGTH = 10;

  /** For promotions whose codes are the same for everybody. */
  static final CouponCodes SHARED = new CouponCodes(null);

  private final byte[] secret;

  private CouponCodes(byte[] secret) {
    this.secret = secret;
  }

  /** Made with the shop's secret; without one, only codes that are the same for everybody. */
  public static CouponCodes from(Settings settings) {
    return settings.has(Pseudonymizer.KEY) ? of(settings.get(Pseudonymizer.KEY)) : SHARED;
  }

  /** Made with a secret. */
  static CouponCodes of(String secret) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return new CouponCodes(digest.digest((PURPOSE + secret).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The code with which a shopper redeems a promotion; empty when it needs none. */
  public Optional<String> of(Promotion promotion, String shopperId) {
    return Optional.ofNullable(Coupon.of(promotion))
        .map(coupon -> code(coupon, promotion.id(), shopperId));
  }

  /** Whether what a shopper entered redeems a promotion; letter case and blanks do not matter. */
  boolean redeems(String entered, Coupon coupon, String promotionId, String shopperId) {
    return entered != null
        && MessageDigest.isEqual(
            plain(entered),
            plain(code(coupon, promotionId, shopperId))); // takes as long as it does
  }

  private static byte[] plain(String code) {
    return code.strip().toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
  }

  /** What a shopper enters. */
  String code(Coupon coupon, String promotionId, String shopperId) {
    return coupon.single()
        ? coupon.code() + "-" + letters(promotionId + '\n' + coupon.code() + '\n' + shopperId)
        : coupon.code();
  }

  private String letters(String of) {
    if (secret == null) {
      throw new SettingsException(
          Pseudonymizer.KEY.key() + ": must be given, codes that hold once are made with it");
    }
    byte[] hash = hash(of);
    var letters = new StringBuilder(LENGTH);
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = (bits << Byte.SIZE) | (hash[i] & 0xFF);
    }
    for (int i = 0; i < LENGTH; i++) {
      letters.append(LETTERS[(int) (bits & LETTERS.length - 1)]);
      bits >>>= BITS_OF_A_LETTER;
    }
    return letters.toString();
  }

  private byte[] hash(String of) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac.doFinal(of.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
