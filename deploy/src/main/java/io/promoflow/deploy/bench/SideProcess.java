package io.promoflow.deploy.bench;

import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One side in a JVM of its own: same class path as this one, same heap and flags for both sides,
 * its own temporary folder. It is ended when it takes longer than its bound.
 */
final class SideProcess {
  private static final String MAIN = "io.promoflow.deploy.Promoflow";
  private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g");

  private final Bench bench;
  private final BenchRow row;

  SideProcess(Bench bench, BenchRow row) {
    this.bench = bench;
    this.row = row;
  }

  /** Heap and flags, as they are printed. */
  static List<String> flags() {
    var flags = new ArrayList<String>();
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:") || argument.startsWith("--add-opens"))
        .forEach(flags::add);
    flags.add("-Duser.timezone=UTC");
    flags.addAll(HEAP);
    return flags;
  }

  /** Runs the side to its end and gives what it found. */
  SideResult run(Side side, SideCall call) throws Exception {
    Path folder = Files.createTempDirectory(Files.createDirectories(call.folder()), "side");
    Path answer = folder.resolve("answer");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(row.command(side, call).orElseGet(() -> command(side, call, folder)))
            .redirectOutput(answer.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      if (!process.waitFor(row.boundSeconds(call), TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "%s of '%s' was not done within %d s"
                .formatted(side, row.name(), row.boundSeconds(call)));
      }
      SideResult result = read(process, side, answer, log);
      // of a side that failed the folder stays, with its log
      delete(folder);
      return result;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<String> command(Side side, SideCall call, Path folder) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Dpromoflow.logs=" + folder.resolve("logs"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MAIN);
    command.add("bench-side");
    command.add("--seconds=" + call.seconds());
    command.add("--pair=" + call.pair());
    command.add("--folder=" + folder);
    call.settings().forEach((key, value) -> command.add("--setting=" + key + "=" + value));
    command.addAll(List.of(bench.name(), row.name(), side.name()));
    return command;
  }

  private SideResult read(Process process, Side side, Path answer, Path log) throws IOException {
    String line;
    try (Stream<String> lines = Files.lines(answer)) {
      line = lines.filter(text -> text.startsWith("{")).reduce((a, b) -> b).orElse("");
    }
    if (process.exitValue() != 0 || line.isEmpty()) {
      throw new IllegalStateException(
          "%s of '%s' ended with status %d: %s"
              .formatted(side, row.name(), process.exitValue(), Files.readString(log).strip()));
    }
    return Wire.JSON.readValue(line, SideResult.class);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
