package io.promoflow.features;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** All declared features as a page for people, in Markdown. */
public final class FeaturePage {
  private FeaturePage() {}

  /** The page; the same declarations give the same page. */
  public static String of(FeatureSet declared) {
    var page =
        new StringBuilder(
            "# All features\n\nWritten from the declarations by `./promoflow features list`; do not edit.\n");
    for (Entity entity : Entity.values()) {
      List<Declaration> own =
          declared.features().stream().filter(d -> d.entity() == entity && !d.hidden()).toList();
      if (!own.isEmpty()) {
        page.append("\n## ").append(entity.word()).append("\n\n").append(rhythm(declared, entity));
        page.append("| feature | meaning | unit | made of | when missing | owner |\n");
        page.append("|---|---|---|---|---|---|\n");
        own.forEach(d -> page.append(row(d)));
      }
    }
    return page.toString();
  }

  private static String rhythm(FeatureSet declared, Entity entity) {
    var own = declared.entities().get(entity);
    if (own == null) {
      return "Windows and slide: settings `features.windows` and `features.slide`.\n\n";
    }
    return "Windows: %s. Slide: %s.\n\n"
        .formatted(
            own.windows() == null ? "setting `features.windows`" : words(own.windows()),
            own.slide() == null
                ? "setting `features.slide`"
                : own.slide() + ", or `features.slide` when that is longer");
  }

  private static String row(Declaration d) {
    String windows = d.oneWindow() ? "" : d.windows().isEmpty() ? "_‹window›" : words(d.windows());
    return "| `%s%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            d.name(),
            windows,
            d.meaning(),
            d.unit(),
            recipe(d),
            Double.isNaN(d.absent()) ? "left out" : d.absent(),
            d.owner());
  }

  private static String recipe(Declaration d) {
    if (d.formula() != null) {
      return d.formula().toString().replace("|", "\\|");
    }
    String events = d.events().stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    return "%s of %s%s%s"
        .formatted(
            d.aggregate().toString().replace("[]", "").replace('[', '(').replace(']', ')'),
            events,
            d.filter() == null ? "" : " where `" + d.filter() + "`",
            d.ever() ? ", ever" : "");
  }

  private static String words(List<Duration> windows) {
    return windows.stream()
        .map(window -> WindowName.suffix(window).substring(1))
        .collect(Collectors.joining(", "));
  }
}
