package io.promoflow.deploy.bench;

import io.promoflow.deploy.bench.evaluation.EvaluationBench;
import io.promoflow.deploy.bench.serving.ServingBench;
import java.util.List;
import java.util.stream.Collectors;

/** The benches that there are. */
final class Benches {
  static final List<Bench> ALL =
      List.of(new FeatureBench(), new ModelBench(), new ServingBench(), new EvaluationBench());

  private Benches() {}

  static Bench named(String name) {
    return ALL.stream()
        .filter(bench -> bench.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no bench '" + name + "'; there are " + names()));
  }

  static BenchRow row(Bench bench, String name) {
    return bench.rows().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "bench " + bench.name() + " has no row '" + name + "'; it has " + rows(bench)));
  }

  static String names() {
    return ALL.stream().map(Bench::name).collect(Collectors.joining(", "));
  }

  static String rows(Bench bench) {
    return bench.rows().stream().map(BenchRow::name).collect(Collectors.joining(", "));
  }
}
