package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The meaning of every table and column. */
@Command(
    name = "dictionary",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what every table, view and column means.",
      "It reads the comments in the store of a running platform."
    })
public final class DictionaryCommand implements Callable<Integer> {
  /** Schemas with tables, in the order of the rooms. */
  static final List<String> SCHEMAS =
      List.of("evaluation", "serving", "models", "features", "ingestion");

  @Spec private CommandSpec spec;
  @Mixin private Running target;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      split = ",",
      description = "only these: evaluation, serving, models, features, ingestion")
  private List<String> schemas = SCHEMAS;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "writes a page for the browser in place of Markdown on the terminal")
  private Path html;

  @Override
  public Integer call() throws Exception {
    var unknown = new TreeSet<>(schemas);
    SCHEMAS.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new SettingsException("--schema: " + unknown + " is none of " + SCHEMAS);
    }
    var postgres = ConnectionOptions.from(target.settings()).postgres();
    var dictionary = DataDictionary.of(postgres, schemas);
    if (dictionary.isEmpty()) {
      throw new SettingsException(postgres.url() + " has no tables yet: start the jobs first");
    }
    var out = spec.commandLine().getOut();
    if (html == null) {
      out.print(dictionary.markdown());
    } else {
      Files.writeString(html, dictionary.html());
      out.println("written: " + html);
    }
    out.flush();
    return 0;
  }
}
