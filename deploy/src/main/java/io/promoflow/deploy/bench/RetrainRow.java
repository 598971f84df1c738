package io.promoflow.deploy.bench;

import io.promoflow.deploy.platform.TrainerJvm;
import io.promoflow.models.bench.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Window retrains of a segmentation and a propensity, to an inertia and a loss that are no worse
 * than the rival's.
 */
record RetrainRow(String name, Bar bar, Rival rival, int iterations, int starts)
    implements BenchRow {
  private static final int ROWS = 100_000;
  private static final int SLIDE = ROWS / 30;
  private static final int WIDTH = 20;
  private static final Path HOME = Path.of(System.getProperty("promoflow.home", "."));
  private static final String MAIN = "io.promoflow.models.bench.RetrainMain";
  private static final String SCRIPT = "retrain.py";
  private static final String PYTHON = "python";
  private static final String ALGORITHM = "algorithm";
  private static final String SOLVER = "solver";
  private static final List<String> ALGORITHMS = List.of("lloyd", "elkan");
  private static final List<String> SOLVERS = List.of("lbfgs", "newton-cholesky");

  /** Rounding of a sum over the rows. */
  private static final double SAME_INERTIA = 1e-6;

  private static final double SAME_LOSS = 1e-8;

  /** Who is measured against. */
  enum Rival {
    FLINK_ML("Flink ML KMeans + LogisticRegression"),
    SCIKIT_LEARN("scikit-learn KMeans + LogisticRegression"),
    COLD("our own cold fit");

    private final String text;

    Rival(String text) {
      this.text = text;
    }
  }

  @Override
  public String unit() {
    return "retrains/s";
  }

  @Override
  public String rivalName() {
    return rival.text;
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    Files.createDirectories(call.folder());
    Problem.write(problem(call), ROWS + SLIDE, WIDTH);
    String what =
        "%,d x %d, k = 8, at most %d iterations, starts %d"
            .formatted(ROWS, WIDTH, iterations, starts);
    return switch (rival) {
      case COLD ->
          new Prepared(Map.of(), what + "; ours from the window one slide before", () -> {});
      case FLINK_ML ->
          new Prepared(Map.of(), what + "; 200 gradient steps, warm cluster", () -> {});
      case SCIKIT_LEARN -> best(call, trial, what);
    };
  }

  /** Tries what scikit-learn offers; the fastest counts. */
  private Prepared best(SideCall call, Trial trial, String what) throws Exception {
    try (InputStream script = RetrainRow.class.getResourceAsStream(SCRIPT)) {
      Files.write(call.folder().resolve(SCRIPT), script.readAllBytes());
    }
    Map<String, String> best = null;
    double most = 0;
    for (String algorithm : ALGORITHMS) {
      for (String solver : SOLVERS) {
        var settings = Map.of(PYTHON, python(), ALGORITHM, algorithm, SOLVER, solver);
        double figure = trial.run(Side.RIVAL, call.with(settings)).figure();
        if (figure > most) {
          most = figure;
          best = settings;
        }
      }
    }
    return new Prepared(
        best, "%s; best of %s x %s: %s".formatted(what, ALGORITHMS, SOLVERS, best), () -> {});
  }

  /** Debian's own, which has the packages of Debian, before the first on the path. */
  private static String python() {
    Path debian = Path.of("/usr/bin/python3");
    return Files.isExecutable(debian) ? debian.toString() : "python3";
  }

  private static Path problem(SideCall call) {
    return call.folder().resolve("problem");
  }

  @Override
  public Optional<List<String>> command(Side side, SideCall call) throws IOException {
    if (side == Side.RIVAL && rival == Rival.SCIKIT_LEARN) {
      return Optional.of(
          List.of(
              call.setting(PYTHON),
              call.folder().resolve(SCRIPT).toString(),
              problem(call).toString(),
              Integer.toString(WIDTH),
              Integer.toString(ROWS),
              Integer.toString(SLIDE),
              call.setting(ALGORITHM),
              call.setting(SOLVER),
              Integer.toString(call.seconds())));
    }
    boolean flinkMl = side == Side.RIVAL && rival == Rival.FLINK_ML;
    boolean warm = side == Side.OURS && rival == Rival.COLD;
    var command = new ArrayList<>(TrainerJvm.command(HOME, call.folder(), MAIN));
    command.addAll(
        List.of(
            problem(call).toString(),
            Integer.toString(WIDTH),
            Integer.toString(ROWS),
            Integer.toString(SLIDE),
            flinkMl ? "flink-ml-kmeans" : "kmeans",
            flinkMl ? "flink-ml-logistic-regression" : "logistic-regression",
            Integer.toString(call.seconds()),
            warm ? "warm" : "cold",
            Integer.toString(iterations),
            Integer.toString(starts)));
    return Optional.of(command);
  }

  @Override
  public SideResult run(Side side, SideCall call) {
    throw new IllegalStateException("sides of " + name + " run in programs of their own");
  }

  /** Ours may be better. */
  @Override
  public boolean sameAnswer(SideResult ours, SideResult theirs) {
    double inertia = theirs.more().get("inertia") * (1 + SAME_INERTIA);
    return ours.more().get("inertia") <= inertia
        && ours.more().get("logLoss") <= theirs.more().get("logLoss") + SAME_LOSS;
  }
}
