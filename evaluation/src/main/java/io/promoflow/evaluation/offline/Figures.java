package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: shares in percent, differences of shares in percentage points. */
final class Figures {
  private static final double PERCENT = 100;
  private static final double PLAIN_P = 1e-4;

  private Figures() {}

  static String mean(MetricResult result, double value) {
    return result.metric().kind() == Kind.PROPORTION
        ? number("%.4f %%", PERCENT * value)
        : number("%.6g", value);
  }

  static String difference(MetricResult result) {
    return signed(result.metric(), result.comparison().difference());
  }

  static String interval(MetricResult result) {
    Comparison its = result.comparison();
    return range(result.metric(), its.low(), its.high());
  }

  static String alwaysValid(MetricResult result) {
    return range(result.metric(), result.alwaysValidLow(), result.alwaysValidHigh());
  }

  static String range(TableMetric metric, double low, double high) {
    return signed(metric, low) + " … " + signed(metric, high);
  }

  static String signed(TableMetric metric, double value) {
    return metric.kind() == Kind.PROPORTION
        ? number("%+.4f pp", PERCENT * value)
        : number("%+.5f", value);
  }

  static String lift(double share) {
    return number("%+.2f %%", PERCENT * share);
  }

  static String percent(double share) {
    return tick(PERCENT * share) + " %";
  }

  /** As short as may be. */
  static String tick(double value) {
    return BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  static String statistic(double value) {
    return number("%.3f", value);
  }

  static String p(double value) {
    return number(value == 0 || value >= PLAIN_P ? "%.4f" : "%.2e", value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
  }
}
