package io.promoflow.deploy.bench;

import io.promoflow.deploy.console.Report;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures ours against rivals and says whether the bars hold. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures ours against a tuned rival: pairs of processes, same input, same answer.",
      "Absolute figures depend on the machine; a ratio of pairs taken in one run does not."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int QUICK_PAIRS = 2;
  private static final int QUICK_SECONDS = 3;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "what is measured: features, models, serving, evaluation")
  private String name;

  @Option(names = "--rows", split = ",", description = "only these rows (default: all)")
  private List<String> rows = List.of();

  @Option(names = "--pairs", defaultValue = "9", description = "pairs that count (default: 9)")
  private int pairs;

  @Option(
      names = "--warmup-pairs",
      defaultValue = "2",
      description = "pairs that are taken first and do not count (default: 2)")
  private int warmUpPairs;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "measured part of a side, after its warm-up (default: 15)")
  private int seconds;

  @Option(names = "--quick", description = "2 pairs of 3 seconds: shows that it works, no figure")
  private boolean quick;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/bench",
      description = "folder of what the sides write; it is emptied first")
  private Path work;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    Bench bench;
    List<BenchRow> chosen;
    try {
      bench = Benches.named(name);
      chosen =
          rows.isEmpty()
              ? bench.rows()
              : rows.stream().map(row -> Benches.row(bench, row.strip())).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (quick) {
      pairs = QUICK_PAIRS;
      warmUpPairs = 0;
      seconds = QUICK_SECONDS;
    }
    if (pairs < 1 || warmUpPairs < 0 || seconds < 1) {
      throw new ParameterException(spec.commandLine(), "a pair and a second at least");
    }
    return measure(bench, chosen) ? 0 : 1;
  }

  private boolean measure(Bench bench, List<BenchRow> chosen) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = work.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      SideProcess.delete(folder);
    }
    double loadBefore = loadAverage();
    out.printf(
        "%s: %d + %d pairs of %d s; load average %.2f; both sides with %s%n",
        bench.name(), warmUpPairs, pairs, seconds, loadBefore, SideProcess.flags());
    var results = new ArrayList<RowResult>();
    var failed = new ArrayList<String>();
    for (BenchRow row : chosen) {
      try {
        results.add(
            new Pairs(warmUpPairs, pairs, out)
                .of(
                    row,
                    new SideProcess(bench, row)::run,
                    new SideCall(seconds, folder, Map.of())));
      } catch (IllegalStateException e) {
        // the other rows are worth having all the same
        failed.add(row.name());
        out.printf("%s: FAILED: %s%n", row.name(), e.getMessage());
      }
    }
    out.println();
    out.print(BenchTable.of(results));
    if (quick || pairs < Pairs.ENOUGH) {
      out.println("Few pairs: this shows that the bench works, it is no figure to quote.");
    }
    var report = report(bench, loadBefore, results);
    report.put("failed", failed);
    Report.write(json, report);
    return failed.isEmpty() && results.stream().allMatch(RowResult::passes);
  }

  private Map<String, Object> report(Bench bench, double loadBefore, List<RowResult> results) {
    var report = new LinkedHashMap<String, Object>();
    report.put("bench", bench.name());
    report.put("loadAverage", loadBefore);
    report.put("loadAverageAfter", loadAverage());
    report.put("quick", quick || pairs < Pairs.ENOUGH);
    report.put("pairs", pairs);
    report.put("warmUpPairs", warmUpPairs);
    report.put("seconds", seconds);
    report.put("flags", SideProcess.flags());
    report.put("rows", results.stream().map(RowResult::json).toList());
    return report;
  }

  private static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
