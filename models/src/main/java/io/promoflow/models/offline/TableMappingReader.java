package io.promoflow.models.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problem;
import io.promoflow.ingestion.yaml.Problems;
import io.promoflow.models.offline.TableMapping.Label;
import io.promoflow.models.offline.TableMapping.Treatment;
import io.promoflow.models.trainer.Imputation;
import io.promoflow.models.trainer.Preparation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a mapping and collects everything that is wrong with it before refusing. */
final class TableMappingReader {
  private static final int MOST_LEVELS = 1_000;
  private static final long LEVELS = 12;

  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "delimiter",
          "missing",
          "label",
          "positive",
          "numeric",
          "categorical",
          "ignore",
          "weights",
          "treatment",
          "control",
          "treated",
          "imputation",
          "levels",
          "standardise");

  private final String origin;

  TableMappingReader(String origin) {
    this.origin = origin;
  }

  TableMapping read(String yaml) {
    var problems =
        new Problems(
            origin, found -> new MappingException(found.stream().map(Problem::toString).toList()));
    Block file = problems.read(yaml, KEYS);
    var mapping =
        new TableMapping(
            file.has("name") ? file.requiredText("name") : origin,
            file.has("description") ? file.requiredText("description").strip() : "",
            delimiter(file),
            Set.copyOf(new java.util.HashSet<>(file.textOrTexts("missing"))),
            label(file),
            columns(file, "numeric"),
            columns(file, "categorical"),
            file.textOrTexts("ignore"),
            Optional.ofNullable(file.text("weights")),
            treatment(file),
            preparation(file));
    if (mapping.numeric().isEmpty() && mapping.categorical().isEmpty()) {
      file.problem("numeric", "must name columns, or " + TableMapping.ALL + " for all", null);
    }
    once(file, mapping);
    problems.refuseIfAny();
    return mapping;
  }

  private static char delimiter(Block file) {
    String delimiter = file.has("delimiter") ? file.requiredText("delimiter") : ",";
    if (delimiter.length() != 1) {
      file.problem("delimiter", "must be one character", delimiter);
      return ',';
    }
    return delimiter.charAt(0);
  }

  private static Optional<Label> label(Block file) {
    List<String> positive = file.textOrTexts("positive");
    if (!file.has("label")) {
      if (file.has("positive")) {
        file.problem("positive", "needs a label", positive);
      }
      return Optional.empty();
    }
    return Optional.of(new Label(file.requiredText("label"), Set.copyOf(positive)));
  }

  private static List<String> columns(Block file, String key) {
    List<String> columns = file.textOrTexts(key);
    if (columns.contains(TableMapping.ALL) && columns.size() > 1) {
      file.problem(key, "must be names or " + TableMapping.ALL + " alone", columns);
    }
    return columns;
  }

  private static Optional<Treatment> treatment(Block file) {
    if (!file.has("treatment")) {
      for (String key : List.of("control", "treated")) {
        if (file.has(key)) {
          file.problem(key, "needs a treatment", file.text(key));
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        new Treatment(
            file.requiredText("treatment"),
            file.requiredText("control"),
            Optional.ofNullable(file.text("treated"))));
  }

  private static Preparation.Rules preparation(Block file) {
    Imputation imputation =
        file.has("imputation") ? file.constant("imputation", Imputation.class) : Imputation.MEAN;
    Long levels = file.whole("levels", 1, MOST_LEVELS);
    return new Preparation.Rules(
        imputation,
        (int) (levels == null ? LEVELS : levels),
        !file.has("standardise") || file.flag("standardise"));
  }

  /** No column may be two things: a label among the features would be learnt by heart. */
  private static void once(Block file, TableMapping mapping) {
    var roles = new HashMap<String, String>();
    mapping.label().ifPresent(label -> claim(file, roles, "label", List.of(label.column())));
    mapping.weights().ifPresent(column -> claim(file, roles, "weights", List.of(column)));
    mapping.treatment().ifPresent(t -> claim(file, roles, "treatment", List.of(t.column())));
    claim(file, roles, "numeric", mapping.numeric());
    claim(file, roles, "categorical", mapping.categorical());
  }

  private static void claim(
      Block file, Map<String, String> roles, String role, List<String> columns) {
    for (String column : new ArrayList<>(columns)) {
      String other = column.equals(TableMapping.ALL) ? null : roles.putIfAbsent(column, role);
      if (other != null) {
        file.problem(role, "must not name a column that is under " + other + " already", column);
      }
    }
  }
}
