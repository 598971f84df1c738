package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.offline.Verdict.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Random;

/** Tables of experiments that never took place, with known truth. */
final class PaperTable {
  static final LocalDate MONDAY = LocalDate.of(2026, 1, 5);

  private final StringBuilder rows = new StringBuilder("id,arm,day,bought,spend,before,views\n");
  private final Random random;
  private int next;

  PaperTable(long seed) {
    random = new Random(seed);
  }

  /** Shoppers of one arm, spread over days; a buyer spends about {@code basket}. */
  PaperTable arm(String name, int shoppers, double buys, double basket, int days) {
    for (int i = 0; i < shoppers; i++) {
      double taste = random.nextGaussian();
      int bought = random.nextDouble() < buys ? 1 : 0;
      double spend = bought * Math.max(0, basket + taste + 0.5 * random.nextGaussian());
      row(name, MONDAY.plusDays(i % days), bought, spend, taste, 1 + random.nextInt(5));
    }
    return this;
  }

  PaperTable row(String arm, LocalDate day, int bought, double spend, double before, int views) {
    return line("u%d,%s,%s,%d,%s,%s,%d".formatted(next++, arm, day, bought, spend, before, views));
  }

  PaperTable line(String line) {
    rows.append(line).append('\n');
    return this;
  }

  Path in(Path folder) {
    try {
      return Files.writeString(folder.resolve("table.csv"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Evaluation evaluated(Path folder, String mapping) {
    try {
      return Evaluation.of(EvaluationMapping.parse("paper.yaml", mapping), in(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Code verdict(Path folder, String mapping) {
    return evaluated(folder, mapping).verdict().code();
  }
}
