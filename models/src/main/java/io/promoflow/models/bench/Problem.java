package io.promoflow.models.bench;

import io.promoflow.models.trainer.Logistic;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Rows in planted clusters with labels that follow planted coefficients, in a file that any
 * language reads: doubles, little end first, row by row, the label last.
 */
public record Problem(int width, double[] values, double[] labels) {
  private static final int CLUSTERS = 8;
  private static final long SEED = 20_260_105L;

  /** Draws the rows and writes them. */
  public static void write(Path file, int rows, int width) throws IOException {
    var random = new SplittableRandom(SEED);
    double[][] centres = new double[CLUSTERS][width];
    var weights = new double[width];
    for (int c = 0; c < width; c++) {
      weights[c] = 0.3 * random.nextGaussian();
      for (double[] centre : centres) {
        centre[c] = 1.5 * random.nextGaussian();
      }
    }
    var row = ByteBuffer.allocate((width + 1) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
      for (int i = 0; i < rows; i++) {
        row.clear();
        double[] centre = centres[random.nextInt(CLUSTERS)];
        double logOdds = -1;
        for (int c = 0; c < width; c++) {
          double value = centre[c] + random.nextGaussian();
          row.putDouble(value);
          logOdds += weights[c] * value;
        }
        row.putDouble(random.nextDouble() < Logistic.of(logOdds) ? 1 : 0);
        out.write(row.array());
      }
    }
  }

  /** Reads what was written. */
  static Problem read(Path file, int width) throws IOException {
    var numbers =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    int rows = numbers.remaining() / (width + 1);
    var values = new double[rows * width];
    var labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      numbers.get(values, i * width, width);
      labels[i] = numbers.get();
    }
    return new Problem(width, values, labels);
  }

  /** Some rows in a row, as they are: columns have deviations near one. */
  Sample labelled(int from, int rows) {
    return Sample.of(matrix(from, rows), java.util.Arrays.copyOfRange(labels, from, from + rows));
  }

  Sample plain(int from, int rows) {
    return Sample.of(matrix(from, rows));
  }

  private Matrix matrix(int from, int rows) {
    return new Matrix(
        rows, width, java.util.Arrays.copyOfRange(values, from * width, (from + rows) * width));
  }
}
