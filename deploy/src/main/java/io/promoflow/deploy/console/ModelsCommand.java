package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.models.explain.ImportancePicture;
import io.promoflow.models.training.KafkaPublisher;
import io.promoflow.models.training.ModelHistory;
import io.promoflow.models.training.ModelHistory.Entry;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Versions of the models of a platform. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = {
      "Models: list the versions, say what one goes by, promote one or go back to an earlier one.",
      "The gate tells from logged decisions whether a version would choose better."
    },
    subcommands = {
      ModelsCommand.ListVersions.class,
      ModelsCommand.Importance.class,
      ModelGateCommand.class,
      ModelPromoteCommand.class,
      ModelsCommand.RollBack.class
    })
public final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.USAGE;
  }

  static ModelHistory history(Running target) {
    return ModelHistory.open(ConnectionOptions.from(target.settings()), Clock.systemUTC());
  }

  /** What was trained when, and what came of it. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists all versions, refused ones too, with the trainer that won and why.")
  static final class ListVersions implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Override
    public Integer call() throws Exception {
      var rows = new ArrayList<List<?>>();
      try (var history = history(target)) {
        for (Entry e : history.entries()) {
          rows.add(List.of(e.version(), e.state(), e.trainer(), e.reason()));
        }
      }
      spec.commandLine()
          .getOut()
          .print(Report.table(List.of("version", "state", "trainer", "reason"), rows));
      return ExitCode.OK;
    }
  }

  /** What a version goes by. */
  @Command(
      name = "importance",
      mixinStandardHelpOptions = true,
      description = "Says what a version of the propensity goes by; the one in force by default.")
  static final class Importance implements Callable<Integer> {
    private static final String NAME = "propensity";
    private static final int BAR = 40;
    private static final int BARS_IN_PICTURE = 20;

    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(arity = "0..1", paramLabel = "VERSION", description = "as models list prints it")
    private String version;

    @Option(names = "--picture", paramLabel = "FILE", description = "draw it as SVG")
    private Path picture;

    @Override
    public Integer call() throws Exception {
      try (var history = history(target)) {
        Optional<String> asked = version == null ? history.inForce(NAME) : Optional.of(version);
        List<ModelHistory.Importance> found =
            asked.isEmpty() ? List.of() : history.importances(asked.get());
        if (found.isEmpty()) {
          spec.commandLine()
              .getErr()
              .println(
                  "promoflow: there is no published version "
                      + asked.map(v -> "'" + v + "'").orElse("of " + NAME));
          return 1;
        }
        spec.commandLine().getOut().println(asked.get());
        spec.commandLine()
            .getOut()
            .print(
                Report.table(
                    List.of("feature", "importance", "share", ""),
                    found.stream().map(Importance::row).toList()));
        if (picture != null) {
          Files.writeString(picture, svg(asked.get(), found));
        }
      }
      return ExitCode.OK;
    }

    private static String svg(String version, List<ModelHistory.Importance> found) {
      var means = new HashMap<String, Double>();
      found.forEach(i -> means.put(i.feature(), i.importance()));
      return ImportancePicture.svg(
          version, new io.promoflow.models.explain.Importance(means), BARS_IN_PICTURE);
    }

    private static List<?> row(ModelHistory.Importance i) {
      return List.of(
          i.feature(), i.importance(), i.share(), "#".repeat((int) Math.round(i.share() * BAR)));
    }
  }

  /** One command back. */
  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description = {
        "Puts an earlier version in force again, in all servers and jobs at once.",
        "Newer versions are withdrawn; the next training has to beat the one put in force.",
        "Response models go together: naming one puts all of its window in force."
      })
  static final class RollBack implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        description = "segments, propensity or response-KIND")
    private String name;

    @Option(
        names = "--to",
        paramLabel = "VERSION",
        description = "as models list prints it (default: the one before the one in force)")
    private String to;

    @Option(names = "--note", defaultValue = "rolled back by hand", description = "why")
    private String note;

    @Override
    public Integer call() throws Exception {
      try (var history = history(target);
          var publisher = new KafkaPublisher(ConnectionOptions.from(target.settings()))) {
        var done = history.rollBack(name, Optional.ofNullable(to), note, publisher);
        PrintWriter out = spec.commandLine().getOut();
        done.inForce().forEach(version -> out.println(version + " is in force again."));
        done.withdrawn().forEach(version -> out.println(version + " is withdrawn."));
        return ExitCode.OK;
      } catch (IllegalArgumentException e) {
        spec.commandLine().getErr().println("promoflow: " + e.getMessage());
        return 1;
      }
    }
  }
}
