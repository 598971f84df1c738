package io.promoflow.serving.http;

import io.promoflow.serving.access.ApiKey;
import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.access.RateLimits;
import io.promoflow.serving.access.Role;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;

/** Lets a request in that presents a good key with a fitting role, and not too often. */
final class Gate {
  static final String ANYBODY = "anybody";
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final ApiKey ANONYMOUS =
      new ApiKey(ANYBODY, ANYBODY, Set.of(Role.values()), new byte[0], null, null, null);

  /** Null when no keys are asked for. */
  private final KeyRing keys;

  private final RateLimits limits;
  private final OwnPages pages;

  Gate(KeyRing keys, RateLimits limits, OwnPages pages) {
    this.keys = keys;
    this.limits = limits;
    this.pages = pages;
  }

  /** Whether it can tell good keys from others. */
  boolean isReady() {
    return keys == null || keys.isReady();
  }

  /**
   * The key of a request for something that takes one of these roles; none for what is open.
   *
   * @throws ProblemException when it is not let in: 401, 403 or 429
   */
  ApiKey letIn(HttpServerRequest request, Set<Role> roles) {
    if (keys == null && !roles.isEmpty()) {
      pages.refuseOthers(request);
    }
    if (keys == null || roles.isEmpty()) {
      return ANONYMOUS;
    }
    if (!keys.isReady()) {
      throw new ProblemException(Problem.notReady("the API keys have not been read yet"));
    }
    ApiKey key = keys.find(request.headers().get(HttpHeaders.AUTHORIZATION));
    if (key == null) {
      request.response().putHeader("WWW-Authenticate", "Bearer realm=\"promoflow\"");
      throw new ProblemException(
          Problem.of(
              "unauthorized",
              "An API key is needed",
              401,
              "send a good key as Authorization: Bearer pf_..."));
    }
    long wait = limits.waitNanos(key);
    if (wait > 0) {
      throw tooMany(request, key, wait);
    }
    if (Collections.disjoint(roles, key.roles())) {
      throw new ProblemException(
          Problem.of(
              "forbidden",
              "The API key may not do this",
              403,
              "it takes one of the roles "
                  + sorted(roles)
                  + ", the key has "
                  + sorted(key.roles())));
    }
    return key;
  }

  /** What a connection's last good key was, so that it is not looked up for every request. */
  static final class Pass {
    /** By which it called a server without keys. */
    private byte[] host;

    private byte[] authorization;
    private ApiKey key;

    /** The reading of the keys that it was good by. */
    private Object reading;
  }

  /** Whether a plain request is let in; whoever is not hears why from {@link #letIn}. */
  @SuppressWarnings("ReferenceEquality") // of one reading of the keys, not of one like it
  boolean admits(PlainRequest request, Pass pass, Set<Role> roles) {
    if (roles.isEmpty()) {
      return true;
    }
    if (keys == null) {
      return isForHere(request, pass);
    }
    Object reading = keys.reading();
    if (pass.key == null
        || pass.reading != reading
        || !request.isAuthorization(pass.authorization)) {
      String authorization = request.authorization();
      ApiKey key = keys.find(authorization);
      if (key == null || Collections.disjoint(roles, key.roles())) {
        return false;
      }
      pass.authorization = authorization.getBytes(StandardCharsets.US_ASCII);
      pass.key = key;
      pass.reading = reading;
    }
    return limits.waitNanos(pass.key) == 0;
  }

  private boolean isForHere(PlainRequest request, Pass pass) {
    if (pass.host == null || !request.isHost(pass.host)) {
      String host = request.host();
      if (!pages.isHere(host.replaceFirst(":\\d*$", ""))) {
        return false;
      }
      pass.host = host.getBytes(StandardCharsets.US_ASCII);
    }
    return true;
  }

  private ProblemException tooMany(HttpServerRequest request, ApiKey key, long wait) {
    int rate = limits.rate(key);
    long seconds = (wait + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
    request
        .response()
        .putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds))
        .putHeader("RateLimit-Policy", "\"key\";q=" + rate + ";w=1")
        .putHeader("RateLimit", "\"key\";r=0;t=" + seconds);
    return new ProblemException(
        Problem.of(
            "too-many-requests",
            "The API key asks too often",
            429,
            "at most " + rate + " requests per second"));
  }

  private static String sorted(Set<Role> roles) {
    return roles.stream().sorted().toList().toString();
  }
}
