package io.promoflow.evaluation.offline;

import java.util.Locale;

/** A drawing in SVG, self-contained; the same calls give the same text. */
final class Svg {
  static final String INK = "#222";
  static final String FAINT = "#bbb";
  static final String MAIN = "#3b6ea5";
  static final String SECOND = "#9db8d2";
  static final String ALARM = "#b03a2e";

  private final StringBuilder out = new StringBuilder();

  Svg(String title, int width, int height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
            + " viewBox=\"0 0 %1$d %2$d\" role=\"img\" font-family=\"sans-serif\""
            + " font-size=\"12\" fill=\"%3$s\"><title>%4$s</title>",
        width, height, INK, escaped(title));
  }

  void line(double x1, double y1, double x2, double y2, String colour, double width) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
            + " stroke-width=\"%.1f\"/>",
        x1, y1, x2, y2, colour, width);
  }

  void dot(double x, double y, String colour) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x, y, colour);
  }

  void bar(double x, double y, double width, double height, String colour) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        x, y, width, height, colour);
  }

  /** A shape or line through points given as {@code x,y x,y}; {@code fill} may be none. */
  void path(String points, String stroke, String fill, boolean closed) {
    add(
        "<%s points=\"%s\" stroke=\"%s\" stroke-width=\"1.5\" fill=\"%s\" fill-opacity=\"0.4\"/>",
        closed ? "polygon" : "polyline", points, stroke, fill);
  }

  /** {@code anchor} is start, middle or end. */
  void text(double x, double y, String anchor, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(text));
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  String close() {
    return out + "</svg>\n";
  }

  /** As text of HTML and XML; characters that XML has no way to write become a question mark. */
  static String escaped(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
