package io.promoflow.deploy.bench.serving;

/** A server under load, in this process. */
interface RunningServer extends AutoCloseable {
  int port();

  /** What a request goes to. */
  default String path() {
    return "/v1/decisions";
  }
}
