package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.offline.TableMetric.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * The interaction plot of the books: the primary metric by level of one factor, a line per level of
 * the other, averaged over the rest. Lines that run in parallel are factors that act apart.
 */
final class FactorPlots {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 260;
  private static final int LEFT = 80;
  private static final int RIGHT = WIDTH - 200;
  private static final int HEAD = 30;
  private static final List<String> COLOURS =
      List.of(Svg.INK, Svg.MAIN, Svg.ALARM, Svg.SECOND, Svg.FAINT);

  private FactorPlots() {}

  /** One for each pair of factors. */
  static List<String> pairs(Evaluation evaluation) {
    Map<String, Double> means = means(evaluation);
    List<Factor> factors = evaluation.mapping().factors();
    var levels = evaluation.factorial().orElseThrow().levels();
    var plots = new ArrayList<String>();
    for (int f = 0; f < factors.size(); f++) {
      for (int g = f + 1; g < factors.size(); g++) {
        plots.add(plot(evaluation.mapping(), means, levels, f, g));
      }
    }
    return plots;
  }

  /** Of the primary metric, by combination. */
  private static Map<String, Double> means(Evaluation evaluation) {
    var means = new TreeMap<String, Double>();
    for (MetricResult result : evaluation.factorial().orElseThrow().combinations()) {
      if (result.metric().role() == Role.PRIMARY) {
        means.put(result.variant(), result.comparison().variant().mean());
        means.put(result.control(), result.comparison().control().mean());
      }
    }
    return means;
  }

  private static String plot(
      EvaluationMapping mapping,
      Map<String, Double> means,
      Map<String, List<String>> levels,
      int f,
      int g) {
    List<Factor> factors = mapping.factors();
    List<String> across = levels.get(factors.get(f).column());
    List<String> lines = levels.get(factors.get(g).column());
    String title =
        "%s by %s and %s"
            .formatted(mapping.primary().name(), factors.get(f).column(), factors.get(g).column());
    var points = new double[lines.size()][across.size()];
    for (int line = 0; line < points.length; line++) {
      for (int x = 0; x < across.size(); x++) {
        points[line][x] = mean(mapping, means, levels, f, across.get(x), g, lines.get(line));
      }
    }
    var svg = new Svg(title, WIDTH, HEIGHT);
    svg.text(LEFT, 14, "start", title);
    Axis up = around(points);
    for (double tick : up.ticks()) {
      svg.line(LEFT, up.at(tick), RIGHT, up.at(tick), Svg.FAINT, 0.5);
      svg.text(LEFT - 6.0, up.at(tick) + 4, "end", Figures.tick(tick));
    }
    var along = new Axis(0, across.size() - 1.0, LEFT + 40.0, RIGHT - 40.0);
    for (int x = 0; x < across.size(); x++) {
      svg.text(along.at(x), HEIGHT - 8.0, "middle", factors.get(f).named(across.get(x)));
    }
    for (int line = 0; line < points.length; line++) {
      String colour = COLOURS.get(line % COLOURS.size());
      var path = new StringBuilder();
      for (int x = 0; x < across.size(); x++) {
        if (Double.isFinite(points[line][x])) {
          double y = up.at(points[line][x]);
          path.append(String.format(Locale.ROOT, "%.1f,%.1f ", along.at(x), y));
          svg.dot(along.at(x), y, colour);
        }
      }
      svg.path(path.toString(), colour, "none", false);
      svg.line(RIGHT + 10.0, HEAD + 18.0 * line, RIGHT + 30.0, HEAD + 18.0 * line, colour, 2);
      svg.text(
          RIGHT + 36.0, HEAD + 18.0 * line + 4, "start", factors.get(g).named(lines.get(line)));
    }
    return svg.close();
  }

  /** Averaged over the other factors' combinations, with equal weights. */
  private static double mean(
      EvaluationMapping mapping,
      Map<String, Double> means,
      Map<String, List<String>> levels,
      int f,
      String first,
      int g,
      String second) {
    return Factor.combinations(List.copyOf(levels.values())).stream()
        .filter(cell -> cell.get(f).equals(first) && cell.get(g).equals(second))
        .mapToDouble(cell -> means.get(Factor.combination(mapping.factors(), cell)))
        .average()
        .orElseThrow();
  }

  /** From the smallest to the largest value, with some room; 0 need not be among them. */
  private static Axis around(double[][] points) {
    double[] all =
        Arrays.stream(points).flatMapToDouble(DoubleStream::of).filter(Double::isFinite).toArray();
    double low = DoubleStream.of(all).min().orElse(0);
    double high = DoubleStream.of(all).max().orElse(1);
    double room = high > low ? 0.1 * (high - low) : 1;
    return new Axis(low - room, high + room, HEIGHT - 30.0, HEAD);
  }
}
