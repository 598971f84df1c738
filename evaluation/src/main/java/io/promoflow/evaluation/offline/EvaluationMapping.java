package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.ingestion.replay.MappingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the columns of a table are to an evaluation: declared in YAML, checked as a whole. See
 * README.md for the keys.
 *
 * @param name of the mapping
 * @param description for people
 * @param delimiter between fields
 * @param missing texts that stand for a missing value, beside the empty one
 * @param rows what a row is
 * @param variant column of the variant; columns of the factors, where there are
 * @param control value of that column; the combination of all controls
 * @param weights promised shares by variant or combination, any scale; empty when all are alike
 * @param factors what is varied at once; empty when there is one variant
 * @param metrics exactly one of them primary
 * @param segments columns whose every value is a segment
 * @param time column of the day or moment of a row
 * @param rules levels and limits
 */
public record EvaluationMapping(
    String name,
    String description,
    char delimiter,
    Set<String> missing,
    RowMeaning rows,
    String variant,
    String control,
    Map<String, Double> weights,
    List<Factor> factors,
    List<TableMetric> metrics,
    List<String> segments,
    Optional<String> time,
    Rules rules) {

  /** Names of the mappings that we ship. */
  public static final List<String> SHIPPED = List.of("hillstrom");

  /**
   * What a row is: a unit of its own, part of the unit that {@code unit} names, or a sum over as
   * many units as {@code units} says.
   *
   * @param unit column of the unit's id; rows of one unit are added up
   * @param units column of a count
   */
  public record RowMeaning(Optional<String> unit, Optional<String> units) {}

  /** How often a result is looked at before somebody acts on it. */
  public enum Looks {
    /** One time, fixed beforehand: p and intervals of fixed horizon decide. */
    ONCE,
    /** Any number of times: always-valid p and intervals decide. */
    ANYTIME
  }

  /**
   * Levels and limits.
   *
   * @param looks which evidence decides
   * @param alpha error level
   * @param correction of p over metrics and variants
   * @param optimalUnits where the always-valid interval is tightest, in units of both groups
   * @param sampleRatioAlpha p below which the sample ratio is broken
   * @param concentration prior weight of the sequential sample-ratio check, in units
   * @param minimumUnits per variant, below which there is no verdict
   * @param minimumDays below which there is no verdict, where there is a time
   * @param worthwhile least relative lift of the primary metric that is worth it
   * @param power chance to find that lift that the plan asks for
   * @param priorLift how large lifts usually are: deviation of the prior
   */
  public record Rules(
      Looks looks,
      double alpha,
      MultipleTests correction,
      double optimalUnits,
      double sampleRatioAlpha,
      double concentration,
      long minimumUnits,
      long minimumDays,
      double worthwhile,
      double power,
      double priorLift) {

    AlwaysValid interval() {
      return new AlwaysValid(alpha, optimalUnits);
    }
  }

  TableMetric primary() {
    return metrics.stream()
        .filter(metric -> metric.role() == TableMetric.Role.PRIMARY)
        .findFirst()
        .orElseThrow();
  }

  /** A mapping that we ship, by name, or one in a file. */
  public static EvaluationMapping load(String nameOrFile) {
    try {
      if (SHIPPED.contains(nameOrFile)) {
        String resource = "/mappings/evaluate/" + nameOrFile + ".yaml";
        try (InputStream in = EvaluationMapping.class.getResourceAsStream(resource)) {
          return parse(nameOrFile + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
      Path file = Path.of(nameOrFile);
      if (!Files.isRegularFile(file)) {
        throw new MappingException(
            List.of(
                nameOrFile
                    + ": is no file and none of the shipped mappings, which are "
                    + SHIPPED));
      }
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new MappingException(List.of(nameOrFile + ": cannot be read: " + e.getMessage()));
    }
  }

  /** A mapping in a text; {@code origin} is named in problems. */
  public static EvaluationMapping parse(String origin, String yaml) {
    return new EvaluationMappingReader(origin).read(yaml);
  }
}
