package io.promoflow.features.flink;

import io.promoflow.ingestion.flink.IngestionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a backfill can be told, beside what the feature job can.
 *
 * @param from rows and examples as of this moment or later are written
 * @param until rows as of this moment or earlier, and examples labelled by then
 * @param mapping how files become events; empty to read the topic of shop events
 * @param files in the mapping's layout
 * @param scratch whether rows go to {@code features.recomputed_features}, to be compared
 */
public record BackfillOptions(
    Instant from, Instant until, String mapping, List<String> files, boolean scratch)
    implements Serializable {
  public static final Option<Instant> FROM =
      instant("features.backfill.from", "1970-01-01T00:00:00Z", "first moment to write rows of");
  public static final Option<Instant> UNTIL =
      instant("features.backfill.until", "9999-01-01T00:00:00Z", "last moment to write rows of");
  public static final Option<String> MAPPING =
      Option.text(
          "features.backfill.mapping", "", "mapping of the files; empty reads the topic instead");
  public static final Option<String> FILES =
      Option.text("features.backfill.files", "", "files of history, separated by commas");
  public static final Option<Boolean> SCRATCH =
      Option.flag(
          "features.backfill.scratch",
          false,
          "whether rows go to features.recomputed_features, to be compared with the live ones");

  public static final List<Option<?>> ALL =
      Stream.<List<Option<?>>>of(
              List.of(FROM, UNTIL, MAPPING, FILES, SCRATCH),
              FeatureOptions.ALL,
              IngestionOptions.ALL)
          .<Option<?>>flatMap(List::stream)
          .distinct()
          .toList();

  private static Option<Instant> instant(String key, String def, String meaning) {
    return new Option<>(key, "ISO 8601 instant", def, meaning, false, BackfillOptions::parse);
  }

  private static Instant parse(String text) {
    try {
      return Instant.parse(text.strip());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be an instant such as 2026-01-05T00:00:00Z", e);
    }
  }

  public static BackfillOptions from(Settings settings) {
    List<String> files =
        Arrays.stream(settings.get(FILES).split(","))
            .map(String::strip)
            .filter(file -> !file.isEmpty())
            .toList();
    if (settings.get(MAPPING).isEmpty() != files.isEmpty()) {
      throw new SettingsException(
          MAPPING.key() + " and " + FILES.key() + " must be given together, or neither");
    }
    if (settings.get(FROM).isAfter(settings.get(UNTIL))) {
      throw new SettingsException(FROM.key() + " must not be after " + UNTIL.key());
    }
    return new BackfillOptions(
        settings.get(FROM),
        settings.get(UNTIL),
        settings.get(MAPPING),
        files,
        settings.get(SCRATCH));
  }

  boolean covers(Instant moment) {
    return !moment.isBefore(from) && !moment.isAfter(until);
  }
}
