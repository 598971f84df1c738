package io.promoflow.deploy.console;

import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.flink.IngestionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.models.ModelOptions;
import io.promoflow.serving.flink.ServingOptions;
import io.promoflow.serving.http.DecisionServer;
import java.util.Collection;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The reference of every setting. */
@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    description = "Prints every setting with its default and meaning.")
public final class SettingsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @CommandLine.Option(
      names = "--yaml",
      description = "as a file to be edited: each setting with its default, commented out")
  private boolean yaml;

  /** Every setting of every job, by key. */
  public static Collection<Option<?>> all() {
    var all = new TreeMap<String, Option<?>>();
    Stream.of(
            IngestionOptions.ALL,
            FeatureOptions.ALL,
            ModelOptions.ALL,
            ServingOptions.ALL,
            DecisionServer.OPTIONS,
            EvaluationOptions.ALL)
        .forEach(options -> options.forEach(option -> all.put(option.key(), option)));
    return all.values();
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    out.print(yaml ? example() : Settings.reference(all()));
    out.flush();
    return 0;
  }

  /** A settings file that changes nothing: each setting with its meaning, commented out. */
  public static String example() {
    var page =
        new StringBuilder(
            """
            # Settings of Promoflow. One file serves every job, the trainer, the decision server and the command line.
            # What is commented out has the value shown. Later sources win: this file, the environment
            # (features.slide is PROMOFLOW_FEATURES_SLIDE), the command line (--features.slide=PT1H).
            # Give secrets by the environment. Written by: ./promoflow settings --yaml
            """);
    String room = "";
    for (Option<?> option : all()) {
      String itsRoom = option.key().substring(0, option.key().indexOf('.'));
      if (!itsRoom.equals(room)) {
        room = itsRoom;
        page.append("\n# ---- ").append(room).append('\n');
      }
      page.append("\n# ").append(option.description());
      page.append(" (").append(option.type()).append(")\n");
      page.append("# ").append(option.key()).append(": ").append(written(option)).append('\n');
    }
    return page.toString();
  }

  private static String written(Option<?> option) {
    if (option.secret()) {
      return "...";
    }
    String fallback = option.fallback();
    return fallback == null ? "..." : '"' + fallback.replace("\\", "\\\\") + '"';
  }
}
