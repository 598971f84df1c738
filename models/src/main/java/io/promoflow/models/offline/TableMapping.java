package io.promoflow.models.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.trainer.Preparation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the columns of a table are to a trainer: declared in YAML, checked as a whole. See README.md
 * for the keys.
 *
 * @param name of the mapping
 * @param description for people
 * @param delimiter between fields
 * @param missing texts that stand for a missing value, beside the empty one
 * @param label what is learnt; empty for a clustering
 * @param numeric columns, or {@link #ALL} that look like numbers
 * @param categorical columns, or {@link #ALL} that do not
 * @param ignore columns that {@link #ALL} leaves out
 * @param weights column of how often a row counts
 * @param treatment for uplift
 * @param preparation how rows become vectors
 */
public record TableMapping(
    String name,
    String description,
    char delimiter,
    Set<String> missing,
    Optional<Label> label,
    List<String> numeric,
    List<String> categorical,
    List<String> ignore,
    Optional<String> weights,
    Optional<Treatment> treatment,
    Preparation.Rules preparation) {

  /** In place of names: all other columns. */
  public static final String ALL = "*";

  /** Names of the mappings that we ship. */
  public static final List<String> SHIPPED =
      List.of("hillstrom", "iris", "online-shoppers", "spector");

  /**
   * What is learnt.
   *
   * @param column that holds it
   * @param positive values that are the label 1, all others being 0; empty when it is a number
   */
  public record Label(String column, Set<String> positive) {}

  /**
   * Who was treated.
   *
   * @param column that says so
   * @param control value of those who were not
   * @param treated value of those who were; empty for all others
   */
  public record Treatment(String column, String control, Optional<String> treated) {}

  /** A mapping that we ship, by name, or one in a file. */
  public static TableMapping load(String nameOrFile) {
    try {
      if (SHIPPED.contains(nameOrFile)) {
        String resource = "/mappings/train/" + nameOrFile + ".yaml";
        try (InputStream in = TableMapping.class.getResourceAsStream(resource)) {
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
  public static TableMapping parse(String origin, String yaml) {
    return new TableMappingReader(origin).read(yaml);
  }
}
