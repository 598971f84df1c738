package io.promoflow.deploy.bench;

import io.promoflow.ingestion.wire.Wire;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One side of a row in this process; {@link SideProcess} starts it. */
@Command(
    name = "bench-side",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Runs one side of a row of a bench; the bench starts it.")
public final class SideCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BENCH")
  private String bench;

  @Parameters(index = "1", paramLabel = "ROW")
  private String row;

  @Parameters(index = "2", paramLabel = "SIDE")
  private Side side;

  @Option(names = "--seconds", required = true, description = "of the measured part")
  private int seconds;

  @Option(names = "--pair", defaultValue = "0", description = "number of the pair")
  private int pair;

  @Option(names = "--folder", required = true, description = "for what the side writes")
  private Path folder;

  @Option(names = "--setting", paramLabel = "KEY=VALUE", description = "what the row has readied")
  private final Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    BenchRow found = Benches.row(Benches.named(bench), row);
    SideResult result = found.run(side, new SideCall(seconds, folder, settings, pair));
    spec.commandLine().getOut().println(Wire.text(result));
    return 0;
  }
}
