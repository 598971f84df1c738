package io.promoflow.ingestion;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces a raw shopper id by a pseudonym: key id, a dot, and the first 32 hexadecimal digits of
 * HMAC-SHA-256 of the id under a secret key. The same id and key always give the same pseudonym, in
 * every job and behind HTTP; may be shared by threads.
 */
public final class Pseudonymizer implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST_KEY = 16;
  private static final int BYTES_SHOWN = 16;

  public static final Option<String> KEY =
      Option.secret(
          "ingestion.pseudonym.key",
          null,
          "secret that shopper ids are pseudonymised with, at least 16 characters; the same in"
              + " ingestion and serving; give it by the environment");
  public static final Option<String> KEY_ID =
      Option.text(
          "ingestion.pseudonym.key-id",
          "k1",
          "name of the key, shown before the dot of every pseudonym");

  /** What everybody who pseudonymises must be told. */
  public static final List<Option<?>> OPTIONS = List.of(KEY, KEY_ID);

  private final String keyId;
  private final String key;

  /** Of every thread its own, keyed; a code is not thread-safe. */
  private transient volatile ThreadLocal<Mac> codes;

  public Pseudonymizer(String keyId, String key) {
    if (!keyId.matches("[A-Za-z0-9_-]{1,20}")) {
      throw new SettingsException(
          KEY_ID.key() + ": '" + keyId + "' is refused, 1 to 20 letters, digits, '-' or '_'");
    }
    if (key.length() < SHORTEST_KEY) {
      throw new SettingsException(
          KEY.key() + ": '***' is refused, must have at least " + SHORTEST_KEY + " characters");
    }
    this.keyId = keyId;
    this.key = key;
  }

  public static Pseudonymizer from(Settings settings) {
    return new Pseudonymizer(settings.get(KEY_ID), settings.get(KEY));
  }

  /** The pseudonym of a raw shopper id. */
  public String of(String shopperId) {
    byte[] code = codes().get().doFinal(shopperId.getBytes(StandardCharsets.UTF_8));
    return keyId + "." + HexFormat.of().formatHex(code, 0, BYTES_SHOWN);
  }

  private ThreadLocal<Mac> codes() {
    ThreadLocal<Mac> ready = codes;
    if (ready == null) {
      ready = ThreadLocal.withInitial(this::keyed);
      codes = ready;
    }
    return ready;
  }

  private Mac keyed() {
    try {
      Mac code = Mac.getInstance(ALGORITHM);
      code.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return code;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
    }
  }

  @Override
  public String toString() {
    return "Pseudonymizer[keyId=" + keyId + ", key=***]";
  }
}
