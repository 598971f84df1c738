package io.promoflow.deploy.console;

import io.promoflow.evaluation.offline.Evaluation;
import io.promoflow.evaluation.offline.EvaluationMapping;
import io.promoflow.evaluation.offline.EvaluationPage;
import io.promoflow.evaluation.offline.EvaluationReport;
import io.promoflow.evaluation.offline.EvaluationText;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates an experiment from a table. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Compares the variants of an experiment in a CSV file (plain or .gz) and says what to do.",
      "Several factors at once: main effects, their interactions and every combination.",
      "The same statistics as in the result tables of the platform."
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--mapping",
      required = true,
      paramLabel = "NAME|FILE",
      description = "hillstrom, or a YAML file")
  private String mapping;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "write a page with drawings")
  private Path html;

  @Parameters(paramLabel = "DATA", description = "CSV file with a header, or .gz")
  private Path data;

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(data) || Files.isDirectory(data)) {
      throw new ParameterException(spec.commandLine(), data + " is no file that can be read");
    }
    Evaluation evaluation = Evaluation.of(EvaluationMapping.load(mapping), data);
    PrintWriter out = spec.commandLine().getOut();
    out.print(EvaluationText.of(evaluation));
    out.flush();
    Report.write(json, EvaluationReport.fields(evaluation));
    Report.write(html, EvaluationPage.of(evaluation));
    return CommandLine.ExitCode.OK;
  }
}
