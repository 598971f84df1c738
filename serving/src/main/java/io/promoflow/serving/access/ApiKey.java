package io.promoflow.serving.access;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Set;

/**
 * An API key as it is kept: nobody can make the token of it.
 *
 * @param id public part of the token
 * @param name whose it is
 * @param roles what its holder may do
 * @param secretHash SHA-256 of the secret part of the token, whose 256 random bits need no salt
 * @param ratePerSecond requests per second and server; null for the server's default
 * @param createdAt wall clock
 * @param revokedAt wall clock; null while it is good
 */
public record ApiKey(
    String id,
    String name,
    Set<Role> roles,
    byte[] secretHash,
    Integer ratePerSecond,
    Instant createdAt,
    Instant revokedAt) {

  public ApiKey {
    roles = Set.copyOf(roles);
  }

  /** Whether the token is this key's; takes equally long for every wrong one. */
  boolean isMadeOf(Token token) {
    return MessageDigest.isEqual(secretHash, token.secretHash());
  }

  @Override
  public String toString() {
    return "ApiKey[" + id + ", " + name + ", " + roles + "]";
  }
}
