package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.deploy.shop.DemoReport;
import io.promoflow.deploy.shop.DemoRun;
import io.promoflow.deploy.shop.ShopModel;
import io.promoflow.deploy.shop.TableDump;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole loop on embedded parts, with a simulated shop. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "The whole loop: a simulated shop lives through a fortnight, and you are told what happened.",
      "Everything runs embedded: Kafka, PostgreSQL, Flink, the trainer, the decision server. Killed",
      "in the middle, it goes on where it was when started again."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String RUN = "run";

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/demo",
      description = "data folder (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(
      names = "--shoppers",
      defaultValue = "2000",
      description = "simulated shoppers (${DEFAULT-VALUE})")
  private int shoppers;

  @Option(names = "--seed", defaultValue = "20260105", description = "seed of the simulation")
  private long seed;

  @Option(names = "--fresh", description = "start anew even if an unfinished run is there")
  private boolean fresh;

  @Option(names = "--keep", description = "stay up afterwards until interrupted")
  private boolean keep;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Option(
      names = "--tables",
      paramLabel = "FOLDER",
      description = "write the final tables as files, to compare runs")
  private Path tables;

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    PrintWriter out = spec.commandLine().getOut();
    var folder = new DataFolder(data);
    Map<String, String> run =
        Map.of("seed", Long.toString(seed), "shoppers", Integer.toString(shoppers));
    if (!fresh && folder.remembered(RUN).equals(run)) {
      out.println("An unfinished run was found in " + folder.root() + "; going on with it.");
    } else {
      EmbeddedStore.endSurvivor(folder);
      folder.wipe();
      folder.remember(RUN, run);
    }
    out.printf(
        "Promoflow demo: %,d simulated shoppers, a fortnight from 2026-01-05. Takes a few minutes.%n",
        shoppers);
    Path home = Path.of(System.getProperty("promoflow.home", "."));
    var plan = new EmbeddedPlatform.Plan(folder.root(), home, DemoRun.settings(), true);
    try (var platform = EmbeddedPlatform.start(plan, step -> tell(out, start, step))) {
      out.printf(
          "  Flink: %s   decisions: %s   tables: %s%n",
          platform.flink().webUi(), platform.http(), platform.psql());
      out.flush();
      var demo = new DemoRun(platform, folder.folder("ledger"), new ShopModel(seed, shoppers));
      demo.applyRules();
      var report = new DemoReport(demo.run((done, of, at) -> progress(out, start, done, of, at)));
      report.print(out);
      double elapsed = (System.nanoTime() - start) / 1e9;
      Report.write(json, report.json(elapsed));
      if (tables != null) {
        TableDump.write(platform.connections().postgres(), tables);
      }
      where(out, platform);
      report.failures().forEach(failure -> out.println("DOES NOT HOLD: " + failure));
      out.printf("The demo took %.0f s.%n", elapsed);
      out.flush();
      folder.remember(RUN, Map.of());
      if (keep) {
        out.println("The platform stays up; press Ctrl-C to end it.");
        out.flush();
        platform.stayUp();
      }
      return report.failures().isEmpty() ? 0 : 1;
    }
  }

  private static void tell(PrintWriter out, long start, String step) {
    out.printf("  %4.0f s  %s%n", (System.nanoTime() - start) / 1e9, step);
    out.flush();
  }

  private static void progress(PrintWriter out, long start, int done, int of, Instant at) {
    int filled = done * 28 / of;
    tell(
        out,
        start,
        "[%s%s] simulated until %s".formatted("=".repeat(filled), " ".repeat(28 - filled), at));
  }

  private static void where(PrintWriter out, EmbeddedPlatform platform) throws Exception {
    out.println();
    out.println("Where to look (while it stays up, with --keep):");
    out.println("  jobs:      " + platform.flink().webUi());
    out.println("  decisions: " + platform.http() + "/openapi.yaml");
    out.println("  tables:    " + platform.psql());
    out.println("             \\dt *.*   SELECT * FROM evaluation.v_segment_results;");
    out.println("  rules:     ./promoflow rules list    ./promoflow rules apply FILE");
  }
}
