package io.promoflow.serving;

import io.promoflow.ingestion.schema.Trigger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A question: what to offer this shopper at this moment.
 *
 * @param requestId the shop's request id, or the id of the event that triggers it
 * @param trigger what kind of moment
 * @param shopperId pseudonym
 * @param at the moment, on the event-time clock
 * @param cart what lies in the cart
 * @param channel where the shopper is, such as {@code app} or {@code mail}; null when unknown
 * @param memberLevel level that the question tells; null when it tells none, and what the features
 *     know counts
 * @param marginCents what the shop makes of the cart when nothing is given, where a decision is
 *     made again and only that is known of its lines; null for what the rules say of the cart
 * @param decisionId id of the answer, found out once: the same question always gets the same one
 */
public record DecisionRequest(
    String requestId,
    Trigger trigger,
    String shopperId,
    Instant at,
    Cart cart,
    String channel,
    String memberLevel,
    Double marginCents,
    String decisionId) {

  /** A request, with the id that its answer has. */
  public DecisionRequest(
      String requestId,
      Trigger trigger,
      String shopperId,
      Instant at,
      Cart cart,
      String channel,
      String memberLevel) {
    this(
        requestId,
        trigger,
        shopperId,
        at,
        cart,
        channel,
        memberLevel,
        null,
        decisionId(requestId, trigger));
  }

  /** The same asked under another id. */
  public DecisionRequest as(String otherId) {
    String answer = decisionId(otherId, trigger);
    return new DecisionRequest(
        otherId, trigger, shopperId, at, cart, channel, memberLevel, marginCents, answer);
  }

  /** The same on a cart of which the shop makes so much. */
  public DecisionRequest making(double cents) {
    return new DecisionRequest(
        requestId, trigger, shopperId, at, cart, channel, memberLevel, cents, decisionId);
  }

  /** A request that tells no level. */
  public DecisionRequest(
      String requestId, Trigger trigger, String shopperId, Instant at, Cart cart, String channel) {
    this(requestId, trigger, shopperId, at, cart, channel, null);
  }

  /** A request from a channel that nobody told. */
  public DecisionRequest(
      String requestId, Trigger trigger, String shopperId, Instant at, Cart cart) {
    this(requestId, trigger, shopperId, at, cart, null);
  }

  private static final int ID_DIGITS = 24;

  /** Of every thread its own; looking one up costs more than a digest. */
  private static final ThreadLocal<MessageDigest> DIGESTS =
      ThreadLocal.withInitial(DecisionRequest::digest);

  /** {@code d-} and the first 24 hexadecimal digits of SHA-256 of request id, bar and trigger. */
  public static String decisionId(String requestId, Trigger trigger) {
    byte[] digest = sha256(requestId + '|' + trigger);
    return "d-" + HexFormat.of().formatHex(digest, 0, ID_DIGITS / 2);
  }

  static byte[] sha256(String text) {
    return DIGESTS.get().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
