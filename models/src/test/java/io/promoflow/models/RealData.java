package io.promoflow.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Public data sets beside the project; a test that needs one is skipped where it is absent. */
public final class RealData {
  private static final Path FOLDER =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"));

  private RealData() {}

  /** Where a file is, if it is. */
  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** The rows of a CSV file without quotes, header cut off. */
  public static List<String[]> rows(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.exists(file), file + " is not there");
    try (InputStream raw = Files.newInputStream(file);
        var reader =
            new BufferedReader(
                new InputStreamReader(
                    name.endsWith(".gz") ? new GZIPInputStream(raw) : raw,
                    StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.split(",", -1)).toList();
    }
  }

  /** Some columns as numbers. */
  public static double[][] numbers(List<String[]> rows, int from, int to) {
    return rows.stream()
        .map(
            row ->
                java.util.Arrays.stream(row, from, to).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }
}
