package io.promoflow.models;

import io.promoflow.ingestion.options.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** How settings of the trainer are written that are more than a number or a word. */
final class SettingTexts {
  private static final Pattern TRAINER_SETTING =
      Pattern.compile("([a-z0-9-]+)\\.([a-z0-9-]+)\\s*=\\s*(-?[0-9.]+(?:[eE]-?[0-9]+)?)");

  private SettingTexts() {}

  static Option<List<String>> names(String key, String description) {
    return new Option<>(
        key,
        "names separated by commas, * stands for any letters",
        "*",
        description,
        false,
        SettingTexts::list);
  }

  static Option<List<String>> trainers(String key, String value, String description) {
    return new Option<>(
        key,
        "names separated by commas",
        value,
        description,
        false,
        text -> {
          List<String> names = list(text);
          if (names.isEmpty()) {
            throw new IllegalArgumentException("must name a trainer");
          }
          return names;
        });
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  static Map<String, Map<String, Double>> trainerSettings(String text) {
    var settings = new TreeMap<String, Map<String, Double>>();
    for (String one : list(text)) {
      Matcher parts = TRAINER_SETTING.matcher(one);
      if (!parts.matches()) {
        throw new IllegalArgumentException("'" + one + "' is no TRAINER.SETTING=NUMBER");
      }
      settings
          .computeIfAbsent(parts.group(1), trainer -> new TreeMap<>())
          .put(parts.group(2), Double.valueOf(parts.group(3)));
    }
    return settings;
  }

  static List<Integer> range(String text) {
    String[] ends = text.strip().split("\\.\\.", -1);
    int least = Integer.parseInt(ends[0].strip());
    int most = Integer.parseInt(ends[ends.length - 1].strip());
    if (ends.length > 2 || least < 2 || most < least || most > SegmentMatcher.MOST_SEGMENTS) {
      throw new IllegalArgumentException("must lie in 2.." + SegmentMatcher.MOST_SEGMENTS);
    }
    return IntStream.rangeClosed(least, most).boxed().toList();
  }
}
