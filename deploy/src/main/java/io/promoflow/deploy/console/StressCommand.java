package io.promoflow.deploy.console;

import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.ledger.bench.LedgerStress;
import io.promoflow.serving.ledger.bench.Load;
import io.promoflow.serving.ledger.bench.StressReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows that nothing is overspent, whatever is killed. */
@Command(
    name = "stress",
    mixinStandardHelpOptions = true,
    description = {
      "Many clients redeem scarce promotions while servers and PostgreSQL are killed.",
      "Both are started again each time; then SQL over the rows says what was overspent.",
      "Fails when anything was."
    })
public final class StressCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--clients", defaultValue = "64", description = "at once (default: 64)")
  private int clients;

  @Option(
      names = "--redemptions",
      defaultValue = "20000",
      description = "of each client (default: 20000)")
  private int redemptions;

  @Option(names = "--seed", defaultValue = "1", description = "of the load (default: 1)")
  private long seed;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/stress",
      description = "folder of the servers; it is emptied first")
  private Path work;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    if (clients < 1 || redemptions < 1) {
      throw new ParameterException(spec.commandLine(), "a client and a redemption at least");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = work.toAbsolutePath().normalize();
    empty(folder);
    out.printf("%,d clients × %,d redemptions, seed %d ...%n", clients, redemptions, seed);
    out.flush();
    StressReport report =
        LedgerStress.run(Load.of(clients, redemptions, seed), Files.createDirectories(folder));
    print(report, out);
    Report.write(json, Wire.text(report));
    return report.holds() ? 0 : 1;
  }

  private static void print(StressReport report, PrintWriter out) {
    out.printf(
        "%,d redemptions asked for, %,d settled, %d kills, %.0f s%n",
        report.redemptions(), report.settlements(), report.kills(), report.seconds());
    out.printf("overspent           %,d cents%n", report.overspentCents());
    out.printf("cap breaches        %,d%n", report.capBreaches());
    out.printf("retries that differ %,d%n", report.otherAnswers());
    out.printf("answers lost        %,d%n", report.lostAnswers());
    out.printf("sums that are wrong %,d%n", report.wrongSums());
    out.printf(
        "unspent             %,d, of which neither leased nor promised %,d%n",
        report.unspent(), report.lostUnspent());
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
