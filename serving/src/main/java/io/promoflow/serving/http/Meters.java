package io.promoflow.serving.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** What the server measures of itself, for Prometheus. */
final class Meters {
  private static final int STATUSES = 600;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicReferenceArray<AnswerTimes> decisions = new AtomicReferenceArray<>(STATUSES);

  Meters(Knowledge knowledge, DecisionService service) {
    Gauge.builder("promoflow.server.shoppers", knowledge, Knowledge::shoppers)
        .description("Shoppers with a feature row in memory")
        .register(registry);
    Gauge.builder("promoflow.server.rule.version", knowledge, Meters::ruleVersion)
        .description("Rule version that decisions are made under; 0 before the first")
        .register(registry);
    Gauge.builder("promoflow.server.stale", service, of -> of.isWhole() ? 0 : 1)
        .description("1 while broker or store are away and decisions are made from memory")
        .register(registry);
    FunctionCounter.builder("promoflow.server.unlogged", service, DecisionService::unlogged)
        .description("Questions answered with nothing because the log did not take the decision")
        .register(registry);
  }

  static long ruleVersion(Knowledge knowledge) {
    return knowledge.rules() == null ? 0 : knowledge.rules().version();
  }

  /** Time to answer questions with a status. */
  AnswerTimes decisions(int status) {
    AnswerTimes known = decisions.get(status);
    return known == null ? registered(status) : known;
  }

  /** Asks, and notes what became of it, whether or not there is anybody any more to hear it. */
  <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> question) {
    long began = System.nanoTime();
    return answer(question)
        .whenComplete(
            (answered, failure) -> {
              int status = failure == null ? 200 : Failures.status(failure);
              decisions(status).note(System.nanoTime() - began);
            });
  }

  private static <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized AnswerTimes registered(int status) {
    AnswerTimes known = decisions.get(status);
    if (known != null) {
      return known;
    }
    var times = new AnswerTimes(System::nanoTime);
    var tags = Tags.of("status", Integer.toString(status));
    FunctionTimer.builder(
            "promoflow.server.decisions",
            times,
            AnswerTimes::count,
            AnswerTimes::sumNanos,
            TimeUnit.NANOSECONDS)
        .description("Time to answer a question, with the log's acknowledgement")
        .tags(tags)
        .register(registry);
    TimeGauge.builder(
            "promoflow.server.decisions.max", times, TimeUnit.NANOSECONDS, AnswerTimes::mostNanos)
        .description("Longest time to answer a question, of the last one to two minutes")
        .tags(tags)
        .register(registry);
    decisions.set(status, times);
    return times;
  }

  String scrape() {
    return registry.scrape();
  }
}
