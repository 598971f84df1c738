package io.promoflow.serving.http;

import io.promoflow.serving.ledger.LedgerUnavailableException;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong into a problem that tells nothing of our insides. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final int maxBodyBytes;

  Failures(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Answers a failure; {@code status} is the router's, -1 when there is none. */
  void answer(HttpServerRequest request, Throwable failure, int status) {
    answer(request, failure, status, maxBodyBytes);
  }

  /**
   * The same.
   *
   * @param mostBytes that the body of the request may have
   */
  void answer(HttpServerRequest request, Throwable failure, int status, int mostBytes) {
    Answers.problem(
        request,
        problem(cause(failure), status, request.method().name(), shortened(request), mostBytes));
  }

  /** The problem of a failed request whose method and path are good. */
  Problem of(Throwable failure, String method, String path) {
    return problem(cause(failure), -1, method, path, maxBodyBytes);
  }

  /** The status of that problem. */
  static int status(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof ProblemException known
        ? known.problem().status()
        : isAway(cause) ? 503 : 500;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Problem problem(
      Throwable failure, int status, String method, String path, int mostBytes) {
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    return switch (status) {
      case 400 -> Problem.badRequest("the request cannot be read");
      case 404 -> Problem.notFound("nothing is here: " + method + " " + path);
      case 405 -> Problem.of("method", "This path has other methods", 405, path);
      case 408 -> tooSlow();
      case 413 -> tooLarge(mostBytes);
      case 503 -> Problem.unavailable("what the server needs did not answer in time");
      default -> {
        if (failure instanceof KafkaException || failure instanceof LedgerUnavailableException) {
          LOG.warn("{} {} failed: {}", method, path, root(failure).toString()); // once per request
        } else {
          LOG.error("{} {} failed", method, path, failure);
        }
        yield isAway(failure)
            ? Problem.unavailable("the broker or the store cannot be reached")
            : Problem.of("failed", "The server failed", 500, "its log tells why");
      }
    };
  }

  private static boolean isAway(Throwable failure) {
    return failure instanceof IllegalStateException
        || failure instanceof KafkaException
        || failure instanceof LedgerUnavailableException;
  }

  private static String shortened(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return path.length() <= 200 ? path : path.substring(0, 200) + "…";
  }

  Problem tooLarge() {
    return tooLarge(maxBodyBytes);
  }

  private static Problem tooLarge(int most) {
    return Problem.of(
        "too-large", "The body is too large", 413, "at most " + most + " bytes are taken");
  }

  static Problem tooSlow() {
    return Problem.of(
        "timeout", "The request took too long", 408, "its body did not arrive in time");
  }
}
