package io.promoflow.evaluation.offline;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A straight scale from values to pixels.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param from pixel
 * @param to pixel
 */
record Axis(double low, double high, double from, double to) {
  private static final double MARGIN = 0.05;
  private static final int TICKS = 7;

  /** Holds 0 and all finite values, with some room. */
  static Axis around(DoubleStream values, double from, double to) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double low = Math.min(0, DoubleStream.of(finite).min().orElse(0));
    double high = Math.max(0, DoubleStream.of(finite).max().orElse(0));
    double room = high > low ? MARGIN * (high - low) : 1;
    return new Axis(low - room, high + room, from, to);
  }

  /** Round values on the scale, 0 among them, at most eight. */
  double[] ticks() {
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        DoubleStream.of(1, 2, 5, 10).filter(s -> s * power >= rough).findFirst().orElse(10) * power;
    return LongStream.rangeClosed((long) Math.ceil(low / step), (long) Math.floor(high / step))
        .mapToDouble(i -> i * step)
        .toArray();
  }

  double at(double value) {
    return from + (to - from) * (value - low) / (high - low);
  }
}
