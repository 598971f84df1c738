package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.replay.ReplayMapping;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a file into events and sends them through a platform. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Replays a CSV or JSON-lines file (plain or .gz) as events.",
      "Without --conf and without --running an embedded platform is started for it, and ended after."
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final Duration CATCH_UP = Duration.ofMinutes(20);

  @Spec private CommandSpec spec;
  @Mixin private Running target;

  @Option(
      names = "--mapping",
      required = true,
      paramLabel = "NAME|FILE",
      description = "online-retail, complete-journey, taobao, or a YAML file")
  private String mapping;

  @Option(
      names = "--speed-up",
      paramLabel = "FACTOR",
      defaultValue = "0",
      description = "times faster than it happened; 0 is as fast as possible (default)")
  private double speedUp;

  @Option(names = "--running", description = "send to the platform that runs on --data")
  private boolean running;

  @Option(names = "--keep", description = "leave the embedded platform running until interrupted")
  private boolean keep;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Parameters(arity = "1..*", paramLabel = "DATA", description = "files to replay")
  private List<Path> files;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    ReplayMapping read = ReplayMapping.load(mapping);
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new ParameterException(spec.commandLine(), file + " is no file that can be read");
      }
    }
    if (target.conf != null || running) {
      var connections = ConnectionOptions.from(target.settings());
      Intake before = Intake.read(connections.postgres());
      long start = System.nanoTime();
      var sent = Replaying.send(connections, read, files, speedUp);
      Intake intake = settled(connections, before, sent.delivered());
      return finish(out, new Replaying.Outcome(sent, intake, perSecond(sent.rows(), start)));
    }
    var plan =
        new EmbeddedPlatform.Plan(
            target.data.resolveSibling("replay"), Path.of("."), Map.of(), false);
    EmbeddedPlatform.removeEarlier(plan.data());
    try (var platform = EmbeddedPlatform.start(plan, step -> out.println("  " + step))) {
      var outcome = replay(platform, read, files, speedUp);
      int status = finish(out, outcome);
      out.println("Look at the tables: " + platform.psql());
      if (keep) {
        out.println("Running until you press Ctrl-C. Flink: " + platform.flink().webUi());
        out.flush();
        platform.stayUp();
      }
      return status;
    }
  }

  /** Replays through an embedded platform and waits until all is worked off. */
  static Replaying.Outcome replay(
      EmbeddedPlatform platform, ReplayMapping mapping, List<Path> files, double speedUp)
      throws Exception {
    Intake before = Intake.read(platform.connections().postgres());
    long start = System.nanoTime();
    var sent = Replaying.send(platform.connections(), mapping, files, speedUp);
    platform.awaitCaughtUp(CATCH_UP);
    double rate = perSecond(sent.rows(), start);
    Intake intake = settled(platform.connections(), before, sent.delivered());
    return new Replaying.Outcome(sent, intake, rate);
  }

  /** Counts are written a moment after the events: waits until all that was sent is counted. */
  private static Intake settled(ConnectionOptions connections, Intake before, long delivered)
      throws Exception {
    long deadline = System.nanoTime() + CATCH_UP.toNanos();
    while (true) {
      Intake intake = Intake.read(connections.postgres()).since(before);
      boolean complete =
          intake.accepted() + intake.duplicate() + intake.rejectedInAll() >= delivered
              && intake.in() >= delivered;
      if (complete || System.nanoTime() > deadline) {
        return intake;
      }
      java.util.concurrent.TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static double perSecond(long rows, long startNanos) {
    return rows / ((System.nanoTime() - startNanos) / 1e9);
  }

  private int finish(PrintWriter out, Replaying.Outcome outcome) throws Exception {
    var rows = new ArrayList<List<?>>();
    rows.add(List.of("rows in the files", outcome.sent().rows()));
    rows.add(List.of("accepted", outcome.intake().accepted()));
    rows.add(List.of("duplicate", outcome.intake().duplicate()));
    outcome.intake().rejected().forEach((reason, n) -> rows.add(List.of("rejected: " + reason, n)));
    if (outcome.sent().skipped() > 0) {
      rows.add(List.of("left out by the mapping", outcome.sent().skipped()));
    }
    out.print(Report.table(List.of("what became of the rows", "rows"), rows));
    out.printf(
        "%s at %,.0f events per second.%n",
        outcome.balanced()
            ? "Every row is accounted for,"
            : "NOT every row is accounted for (in = accepted + rejected + duplicate is broken),",
        outcome.eventsPerSecond());
    out.flush();
    Report.write(json, outcome.report());
    return outcome.balanced() ? 0 : 1;
  }
}
