package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The drawings of the page. */
final class Plots {
  private static final int WIDTH = 760;
  private static final int LABELS = 250;
  private static final int STEP = 30;
  private static final int HEAD = 24;
  private static final int HEIGHT = 260;
  private static final int LEFT = 80;

  private Plots() {}

  /** Differences by the control's mean, with intervals: one look thick, always valid thin. */
  static String intervals(String title, List<MetricResult> results) {
    var svg = new Svg(title, WIDTH, HEAD + STEP * results.size() + STEP);
    Axis axis =
        Axis.around(
            results.stream()
                .flatMapToDouble(
                    r ->
                        DoubleStream.of(
                            relative(r, r.alwaysValidLow()), relative(r, r.alwaysValidHigh()))),
            LABELS + 10.0,
            WIDTH - 90.0);
    int bottom = HEAD + STEP * results.size();
    for (double tick : axis.ticks()) {
      svg.line(axis.at(tick), HEAD, axis.at(tick), bottom, Svg.FAINT, tick == 0 ? 2 : 0.5);
      svg.text(axis.at(tick), bottom + 16.0, "middle", Figures.percent(tick));
    }
    for (int i = 0; i < results.size(); i++) {
      MetricResult result = results.get(i);
      double y = HEAD + STEP * (i + 0.5);
      svg.text(LABELS, y + 4, "end", result.metric().name() + ", " + result.variant());
      Comparison its = result.comparison();
      if (its.hasError() && Double.isFinite(its.relativeLift())) {
        svg.line(
            axis.at(relative(result, result.alwaysValidLow())),
            y,
            axis.at(relative(result, result.alwaysValidHigh())),
            y,
            Svg.SECOND,
            2);
        svg.line(
            axis.at(relative(result, its.low())),
            y,
            axis.at(relative(result, its.high())),
            y,
            Svg.MAIN,
            5);
        svg.dot(axis.at(its.relativeLift()), y, Svg.INK);
      }
      svg.text(WIDTH - 4.0, y + 4, "end", Figures.lift(its.relativeLift()));
    }
    return svg.close();
  }

  /** A difference as a share of the control's mean. */
  private static double relative(MetricResult result, double difference) {
    return difference / result.comparison().control().mean();
  }

  /** Per variant: the difference so far, with its always-valid interval, day by day. */
  static List<String> overTime(List<TimePoint> points) {
    var byVariant = new LinkedHashMap<String, List<TimePoint>>();
    points.forEach(
        p -> byVariant.computeIfAbsent(p.result().variant(), key -> new ArrayList<>()).add(p));
    var plots = new ArrayList<String>();
    byVariant.forEach((variant, its) -> plots.add(overTime(variant, its)));
    return plots;
  }

  private static String overTime(String variant, List<TimePoint> points) {
    String metric = points.get(0).result().metric().name();
    var svg = new Svg(metric + " of " + variant + " by day", WIDTH, HEIGHT);
    Axis up =
        Axis.around(
            points.stream()
                .flatMapToDouble(
                    p ->
                        DoubleStream.of(p.result().alwaysValidLow(), p.result().alwaysValidHigh())),
            HEIGHT - 30.0,
            HEAD);
    double first = points.get(0).day().toEpochDay();
    double last = points.get(points.size() - 1).day().toEpochDay();
    var across = new Axis(first, Math.max(last, first + 1), LEFT, WIDTH - 20.0);
    var upper = new StringBuilder();
    var lower = new ArrayList<String>();
    var middle = new StringBuilder();
    for (TimePoint point : points) {
      MetricResult its = point.result();
      if (its.comparison().hasError()) {
        double x = across.at((double) point.day().toEpochDay());
        upper.append(xy(x, up.at(its.alwaysValidHigh())));
        lower.add(0, xy(x, up.at(its.alwaysValidLow())));
        middle.append(xy(x, up.at(its.comparison().difference())));
      }
    }
    svg.path(upper + String.join("", lower), Svg.SECOND, Svg.SECOND, true);
    for (double tick : up.ticks()) {
      svg.line(LEFT, up.at(tick), WIDTH - 20.0, up.at(tick), Svg.FAINT, tick == 0 ? 2 : 0.5);
      svg.text(LEFT - 6.0, up.at(tick) + 4, "end", Figures.tick(tick));
    }
    svg.path(middle.toString(), Svg.MAIN, "none", false);
    svg.text(LEFT, 14, "start", metric + " of " + variant + " less control, so far");
    svg.text(LEFT, HEIGHT - 8.0, "start", points.get(0).day().toString());
    svg.text(WIDTH - 20.0, HEIGHT - 8.0, "end", points.get(points.size() - 1).day().toString());
    return svg.close();
  }

  private static String xy(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
  }

  /** Units per variant as a share of those promised, between 90 and 110 % where that suffices. */
  static String sampleRatio(SampleRatioResult ratio) {
    int rows = ratio.observed().size();
    var svg = new Svg("sample ratio", WIDTH, HEAD + STEP * rows + STEP);
    Axis axis =
        Axis.around(
            ratio.observed().keySet().stream()
                .mapToDouble(v -> off(ratio, v))
                .flatMap(off -> DoubleStream.of(off, -off, 0.02, -0.02)),
            LABELS + 10.0,
            WIDTH - 170.0);
    int row = 0;
    for (Map.Entry<String, Long> entry : ratio.observed().entrySet()) {
      double y = HEAD + STEP * row++;
      double x = axis.at(off(ratio, entry.getKey()));
      svg.text(LABELS, y + 18, "end", entry.getKey());
      svg.bar(
          Math.min(x, axis.at(0)),
          y + 5,
          Math.max(1, Math.abs(x - axis.at(0))),
          STEP - 10.0,
          ratio.ok() ? Svg.MAIN : Svg.ALARM);
      svg.text(
          WIDTH - 4.0,
          y + 18,
          "end",
          Figures.count(entry.getValue())
              + " of "
              + Figures.count(Math.round(ratio.expected().get(entry.getKey()))));
    }
    svg.line(axis.at(0), HEAD, axis.at(0), HEAD + STEP * (double) rows, Svg.INK, 1);
    svg.text(axis.at(0), HEAD + STEP * rows + 16.0, "middle", "as promised");
    return svg.close();
  }

  private static double off(SampleRatioResult ratio, String variant) {
    double expected = ratio.expected().get(variant);
    return expected > 0 ? ratio.observed().get(variant) / expected - 1 : 0;
  }
}
