package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Promotions and experiments as a person writes them, in YAML. Validated whole: either all of it is
 * good, or all of it is refused with everything that is wrong.
 *
 * @param text what was read
 * @param promotions in the order of the file
 * @param experiments in the order of the file, which is the order in which they are offered
 *     shoppers
 * @param warnings what is accepted but not yet acted on
 */
public record RuleFile(
    String text, List<Promotion> promotions, List<Experiment> experiments, List<String> warnings) {

  /** Reads a file; throws {@link RuleFileException} with everything that is wrong. */
  public static RuleFile parse(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /** Reads a text; {@code name} stands in messages. */
  public static RuleFile parse(String name, String text) {
    var problems = new Problems(name, RuleFileException::new);
    Block top = problems.read(text, List.of("promotions", "experiments"));
    List<String> warnings = new ArrayList<>();
    List<Block> offers = top.rules("promotions", "promotion", PromotionReader.KEYS);
    List<Promotion> promotions = read(offers, new PromotionReader(warnings)::read, Promotion::id);
    var ids = promotions.stream().map(Promotion::id).collect(Collectors.toSet());
    List<Block> trials = top.rules("experiments", "experiment", ExperimentReader.KEYS);
    List<Experiment> experiments = read(trials, new ExperimentReader(ids)::read, Experiment::id);
    ExperimentReader.checkLayers(experiments, top);
    problems.refuseIfAny();
    return new RuleFile(text, promotions, experiments, List.copyOf(warnings));
  }

  private static <T> List<T> read(
      List<Block> blocks, Function<Block, T> reader, Function<T, String> id) {
    var found = new ArrayList<T>();
    Map<String, Integer> lines = new HashMap<>();
    for (Block block : blocks) {
      T rule = reader.apply(block);
      Integer earlier = lines.putIfAbsent(id.apply(rule), block.line());
      if (earlier != null) {
        block.problem("id", "is taken on line " + earlier, id.apply(rule));
      }
      found.add(rule);
    }
    return List.copyOf(found);
  }
}
