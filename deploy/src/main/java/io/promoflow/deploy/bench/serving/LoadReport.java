package io.promoflow.deploy.bench.serving;

/**
 * What the load met.
 *
 * @param requests that were answered
 * @param errors answers other than 200
 * @param mixed answers whose promotions were of another rule version than they said
 * @param checksum over shopper and promotion of all answers, whatever their order (CHECK)
 * @param bodyBytes of an answer, on average
 * @param requestBytes of a request's body, on average
 * @param p50Millis median time from when a request was due until it was answered
 * @param p99Millis 99 of 100 were quicker
 */
public record LoadReport(
    long requests,
    long errors,
    long mixed,
    String checksum,
    double bodyBytes,
    double requestBytes,
    double p50Millis,
    double p99Millis) {}
