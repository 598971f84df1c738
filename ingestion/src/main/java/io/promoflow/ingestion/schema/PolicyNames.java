package io.promoflow.ingestion.schema;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which policies experiments may name. What they do is the business of evaluation; whoever reads
 * rules needs the names only.
 */
public final class PolicyNames {
  /** The setting that names those of a platform's own. */
  public static final Option<String> OWN =
      Option.text(
          "evaluation.policies",
          "",
          "names of policies of your own that rules may name beside the shipped ones, separated by"
              + " commas");

  /** Those that we ship, in the order of the README of evaluation. */
  public static final List<String> SHIPPED =
      List.of("shift-to-better", "promote-winner", "stop-loser", "thompson", "top-two");

  private PolicyNames() {}

  /** The names that rules may use under these settings. */
  public static List<String> of(Settings settings) {
    return Stream.concat(SHIPPED.stream(), own(settings.get(OWN))).distinct().toList();
  }

  private static Stream<String> own(String names) {
    return Arrays.stream(names.split(",")).map(String::strip).filter(name -> !name.isEmpty());
  }
}
