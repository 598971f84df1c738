package io.promoflow.serving.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Set;

/**
 * Keeps pages of others from a server that asks for no keys: whatever page somebody opens on that
 * machine reaches its loopback addresses, too. Browsers tell where a page is from (Origin, and
 * Sec-Fetch-Site of the Fetch Metadata Request Headers); a name that is made to point here
 * afterwards (DNS rebinding) stands in Host. Programs tell none of it, and call us by an address.
 */
final class OwnPages {
  private static final CharSequence SEC_FETCH_SITE = HttpHeaders.createOptimized("sec-fetch-site");
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private final String name;

  /**
   * @param host that the server listens on
   */
  OwnPages(String host) {
    this.name = host;
  }

  /**
   * Lets programs and pages of this server pass.
   *
   * @throws ProblemException when a page of another origin asks: 403
   */
  void refuseOthers(HttpServerRequest request) {
    if (!isHere(request) || isOfAnotherOrigin(request)) {
      throw new ProblemException(
          Problem.of(
              "forbidden",
              "Pages of others may not do this",
              403,
              "a server without API keys is for programs of its machine, which call it by an address"
                  + " or localhost, and for its own pages"));
    }
  }

  private boolean isHere(HttpServerRequest request) {
    HostAndPort asked = request.authority();
    return asked == null ? request.getHeader(HttpHeaders.HOST) == null : isHere(asked.host());
  }

  /** Whether this is the server as no name service of others has it. */
  boolean isHere(String host) {
    return NetUtil.isValidIpV4Address(host)
        || NetUtil.isValidIpV6Address(host)
        || host.equalsIgnoreCase("localhost")
        || host.equalsIgnoreCase(name);
  }

  private static boolean isOfAnotherOrigin(HttpServerRequest request) {
    String site = request.getHeader(SEC_FETCH_SITE);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return (site != null && !OWN.contains(site))
        || (origin != null && !origin.equals(request.scheme() + "://" + request.authority()));
  }
}
