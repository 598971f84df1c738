package io.promoflow.serving.http;

/**
 * An error as RFC 9457 writes it ({@code application/problem+json}).
 *
 * @param type what kind, a URN
 * @param title the kind in words
 * @param status HTTP status
 * @param detail what is wrong this time
 */
public record Problem(String type, String title, int status, String detail) {
  public static final String MEDIA_TYPE = "application/problem+json";

  static Problem badRequest(String detail) {
    return of("bad-request", "The request is not valid", 400, detail);
  }

  static Problem notFound(String detail) {
    return of("not-found", "There is no such thing", 404, detail);
  }

  static Problem notReady(String detail) {
    return of("not-ready", "The server cannot decide yet", 503, detail);
  }

  static Problem unavailable(String detail) {
    return of("unavailable", "Something that the server needs is not there", 503, detail);
  }

  static Problem of(String name, String title, int status, String detail) {
    return new Problem("urn:promoflow:problem:" + name, title, status, detail);
  }
}
