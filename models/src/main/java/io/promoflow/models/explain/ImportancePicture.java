package io.promoflow.models.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Importance as a bar chart: one self-contained SVG, the same text for the same numbers. */
public final class ImportancePicture {
  private static final int WIDTH = 720;
  private static final int HEAD = 48;
  private static final int BAR = 18;
  private static final int STEP = 26;
  private static final int LABELS = 300;
  private static final int LONGEST_BAR = 320;
  private static final int LONGEST_NAME = 42;

  private ImportancePicture() {}

  /**
   * Draws the most important features; the others are one bar at the end.
   *
   * @param most features with a bar of their own, at least one
   */
  public static String svg(String title, Importance importance, int most) {
    List<Map.Entry<String, Double>> bars = bars(importance.shares(), most);
    double longest = bars.stream().mapToDouble(Map.Entry::getValue).max().orElse(0);
    var svg = new StringBuilder(head(title, HEAD + STEP * bars.size() + STEP / 2));
    for (int i = 0; i < bars.size(); i++) {
      svg.append(bar(bars.get(i), HEAD + STEP * i, longest));
    }
    return svg.append("</svg>\n").toString();
  }

  private static List<Map.Entry<String, Double>> bars(Map<String, Double> shares, int most) {
    var all = List.copyOf(shares.entrySet());
    if (all.size() <= most) {
      return all;
    }
    var bars = new ArrayList<>(all.subList(0, most));
    var others = all.subList(most, all.size());
    bars.add(
        Map.entry(others.size() + " more", others.stream().mapToDouble(Map.Entry::getValue).sum()));
    return bars;
  }

  private static String head(String title, int height) {
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        role="img" font-family="sans-serif" font-size="13" fill="#222">
        <title>%3$s</title>
        <rect width="%1$d" height="%2$d" fill="#fff"/>
        <text x="16" y="28" font-size="16" font-weight="bold">%3$s</text>
        """,
        WIDTH,
        height,
        escaped(title));
  }

  private static String bar(Map.Entry<String, Double> bar, int top, double longest) {
    double length = longest == 0 ? 0 : LONGEST_BAR * bar.getValue() / longest;
    return String.format(
        Locale.ROOT,
        """
        <g><title>%s</title>
        <text x="%d" y="%d" text-anchor="end">%s</text>
        <rect x="%d" y="%d" width="%.1f" height="%d" fill="#3b6ea5"/>
        <text x="%.1f" y="%d">%.1f %%</text></g>
        """,
        escaped(bar.getKey()),
        LABELS - 8,
        top + BAR - 5,
        escaped(shortened(bar.getKey())),
        LABELS,
        top,
        length,
        BAR,
        LABELS + length + 6,
        top + BAR - 5,
        100 * bar.getValue());
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= LONGEST_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
  }

  /** As text of XML; characters that XML has no way to write become a question mark. */
  private static String escaped(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
