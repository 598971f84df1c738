package io.promoflow.models.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.Trainers;
import io.promoflow.models.uplift.Targeting;
import io.promoflow.models.uplift.UpliftLearner;
import io.promoflow.models.uplift.UpliftLearners;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Trains on a table, in a process of its own, as the trainer of windows is. Exit status: 0 done, 1
 * failed, 2 wrong usage or mapping.
 */
@Command(
    name = "promoflow train",
    mixinStandardHelpOptions = true,
    description = "Trains on a CSV file.")
public final class TrainMain implements Callable<Integer> {
  /**
   * Flink ML's arithmetic tells which of its variants it found; kept here, else it is forgotten.
   */
  private static final Logger ARITHMETIC = Logger.getLogger("dev.ludovic.netlib");

  /** What an outcome earns, if nothing is said: all else is in units of it. */
  private static final double MARGIN = 1;

  /** What an outcome with the promotion costs, if nothing is said. */
  private static final double COST = 0.2;

  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";

  @Spec private CommandSpec spec;
  @Mixin private TrainArguments arguments;

  public static void main(String[] args) {
    if (System.getProperty(LOG_CONFIGURATION) == null) {
      System.setProperty(LOG_CONFIGURATION, "promoflow-train-log4j2.properties");
    }
    ARITHMETIC.setLevel(Level.OFF);
    // Flink keeps threads that are not daemons
    System.exit(commandLine().execute(args));
  }

  /** The command line, ready to execute. */
  static CommandLine commandLine() {
    var line = new CommandLine(new TrainMain());
    line.setExitCodeExceptionMapper(TrainMain::exitCode);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("promoflow: " + failure.getMessage());
          for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            command.getErr().println("  because: " + cause.getMessage());
          }
          return exitCode(failure);
        });
    return line;
  }

  private static int exitCode(Throwable failure) {
    return failure instanceof MappingException || failure instanceof CommandLine.ParameterException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() throws Exception {
    arguments.check(spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.list) {
      Trainers.all().forEach(trainer -> list(trainer, out));
      UpliftLearners.all(true).forEach(learner -> list(learner, out));
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    TableMapping mapping = TableMapping.load(arguments.mapping);
    Rows rows = RowsReader.read(mapping, arguments.data);
    rows.complaints().forEach(out::println);
    if (rows.badValues() > rows.complaints().size()) {
      out.printf("and %,d more%n", rows.badValues() - rows.complaints().size());
    }
    if (UpliftLearners.has(arguments.trainer)) {
      uplift(mapping, rows, out);
      return CommandLine.ExitCode.OK;
    }
    try (Trainer trainer = trainer(rows)) {
      train(trainer, mapping, rows, out);
    }
    return CommandLine.ExitCode.OK;
  }

  private void train(Trainer trainer, TableMapping mapping, Rows rows, PrintWriter out)
      throws Exception {
    var training =
        new OfflineTraining(
            trainer, settings(trainer), arguments.folds, arguments.seed, arguments.balance);
    OfflineTraining.Trained trained;
    try (var progress =
        new Progress(
            spec.commandLine().getErr(),
            "fitting %s on %,d rows of %s"
                .formatted(trainer.name(), rows.size(), mapping.name()))) {
      trained = training.run(rows, mapping.preparation());
    }
    Map<String, Object> report = new TrainReport(training, rows, trained).fields();
    report.put("mapping", mapping.name());
    out.print(TrainText.of(report));
    out.flush();
    write(arguments.json, report);
  }

  private void uplift(TableMapping mapping, Rows rows, PrintWriter out) throws Exception {
    if (mapping.treatment().isEmpty() || rows.labels().length == 0) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), arguments.trainer + " needs a label and a treatment in the mapping");
    }
    var training =
        new UpliftTraining(
            UpliftLearners.named(arguments.trainer, rows.binary()), terms(), arguments.seed);
    var report =
        new UpliftReport(
            training, rows, training.run(rows, mapping.treatment().get(), mapping.preparation()));
    out.print(report.text());
    out.flush();
    Map<String, Object> fields = report.fields();
    fields.put("mapping", mapping.name());
    write(arguments.json, fields);
  }

  private Targeting.Terms terms() {
    var known = new TreeMap<>(Map.of("margin", MARGIN, "cost", COST));
    for (Map.Entry<String, Double> setting : arguments.settings.entrySet()) {
      if (known.replace(setting.getKey(), setting.getValue()) == null) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            arguments.trainer
                + ": there is no setting "
                + setting.getKey()
                + ", only "
                + known.keySet());
      }
    }
    try {
      return new Targeting.Terms(known.get("margin"), known.get("cost"));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Trainer trainer(Rows rows) {
    Trainer trainer;
    try {
      trainer =
          arguments.trainer == null
              ? DefaultTrainer.of(rows, Trainers.all())
              : Trainers.named(arguments.trainer);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    boolean fits =
        switch (trainer.task()) {
          case CLUSTERING -> true;
          case CLASSIFICATION -> rows.binary();
          case REGRESSION -> rows.labels().length > 0;
        };
    if (!fits) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          trainer.name()
              + " needs a label "
              + (trainer.task() == Task.CLASSIFICATION
                  ? "of 0 and 1; the mapping may name values under 'positive'"
                  : "in the mapping"));
    }
    return trainer;
  }

  private Hyperparameters settings(Trainer trainer) {
    try {
      return Hyperparameters.of(trainer, arguments.settings);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void list(Trainer trainer, PrintWriter out) {
    out.printf(
        "%s (%s)%n", trainer.name(), trainer.task().name().toLowerCase(java.util.Locale.ROOT));
    out.printf("    %s%n", trainer.meaning());
    List<Knob> knobs = trainer.knobs();
    for (Knob knob : knobs) {
      out.printf("    --set %s=%s  %s%n", knob.name(), plain(knob.value()), knob.meaning());
    }
  }

  private static void list(UpliftLearner learner, PrintWriter out) {
    out.printf("%s (uplift)%n    %s%n", learner.name(), learner.meaning());
    out.printf("    --set margin=%s  what an outcome earns%n", plain(MARGIN));
    out.printf("    --set cost=%s  what an outcome with the promotion costs%n", plain(COST));
  }

  private static String plain(double value) {
    return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static void write(Path file, Map<String, Object> report) throws IOException {
    if (file != null) {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      Files.write(file, Wire.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    }
  }
}
