package io.promoflow.models.offline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What {@code ./promoflow train} may be told; the console and the trainer's process share it. */
public final class TrainArguments {
  private static final int MOST_FOLDS = 100;

  @Option(
      names = "--mapping",
      paramLabel = "NAME|FILE",
      description = "hillstrom, iris, online-shoppers, spector, or a YAML file")
  String mapping;

  @Option(
      names = "--trainer",
      paramLabel = "NAME",
      description = "one of --list; by default one that suits the label")
  String trainer;

  @Option(
      names = "--set",
      paramLabel = "KNOB=VALUE",
      description = "a setting of the trainer; may be given several times")
  Map<String, Double> settings = new TreeMap<>();

  @Option(
      names = "--folds",
      paramLabel = "N",
      defaultValue = "5",
      description = "folds of the cross-validation, 2 to 100 (default 5); 0 for none")
  int folds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of all that is random (default 1)")
  long seed;

  @Option(names = "--balance", description = "let both labels weigh the same")
  boolean balance;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  Path json;

  @Option(names = "--list", description = "list the trainers and their settings")
  boolean list;

  @Parameters(arity = "0..1", paramLabel = "DATA", description = "CSV file with a header, or .gz")
  Path data;

  /** Refuses what does not go together. */
  public void check(CommandLine line) {
    if (list) {
      return;
    }
    if (mapping == null || data == null) {
      throw new ParameterException(line, "--mapping and DATA must be given, or --list");
    }
    if (!Files.isReadable(data) || Files.isDirectory(data)) {
      throw new ParameterException(line, data + " is no file that can be read");
    }
    if (folds != 0 && (folds < 2 || folds > MOST_FOLDS)) {
      throw new ParameterException(
          line, "--folds must be 0 or from 2 to " + MOST_FOLDS + ", not " + folds);
    }
  }
}
