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
    spec.commandLine().getOut().print(Settings.reference(all()));
    return 0;
  }
}
