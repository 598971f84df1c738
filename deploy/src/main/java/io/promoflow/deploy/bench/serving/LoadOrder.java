package io.promoflow.deploy.bench.serving;

/**
 * What the load desk is asked to do to a server.
 *
 * @param port of the server on this machine
 * @param path that is posted to
 * @param kind how
 * @param connections that ask, each one request at a time
 * @param seconds of load; the first tenth does not count in the latencies
 * @param rate requests per second (OPEN)
 * @param apiKey sent as bearer token; null for none
 * @param prefix of the request ids, so that no request was ever asked before
 * @param swaps how many times rules and models are swapped meanwhile, evenly
 */
public record LoadOrder(
    int port,
    String path,
    Kind kind,
    int connections,
    int seconds,
    double rate,
    String apiKey,
    String prefix,
    int swaps) {
  /** How requests follow each other. */
  public enum Kind {
    /** Every shopper once; the answers are compared. */
    CHECK,
    /** A connection asks again as soon as it is answered. */
    CLOSED,
    /** Requests start when they are due, whether or not earlier ones are answered. */
    OPEN
  }
}
