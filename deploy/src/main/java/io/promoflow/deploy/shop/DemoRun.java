package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.SkewReport;
import io.promoflow.deploy.console.Sql;
import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.deploy.shop.Oracle.Verdict;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The simulated fortnight on an embedded platform, and what came of it. */
public final class DemoRun {
  private static final Duration CATCH_UP = Duration.ofMinutes(3);
  private static final Duration TRAINED = Duration.ofMinutes(3);
  private static final Duration TABLES_SETTLE = Duration.ofSeconds(15);
  private static final Duration SLIDE = Duration.ofHours(12);
  private static final Duration TRAINING_SLIDE = Duration.ofDays(3);
  private static final Duration ATTRIBUTION = Duration.ofDays(3);
  private static final Duration OFF_MIDNIGHT = Duration.ofHours(6);

  /** The last tick that event time has passed: midnight in the last half day. */
  private static final Instant EVALUATED = Calendar.end(Calendar.PHASES - 1).minus(OFF_MIDNIGHT);

  /** The promotions of the rules begin. */
  private static final Instant PROMOTIONS = Instant.parse("2026-01-10T12:00:00Z");

  private static final String HOLDOUT = "holdoutShare:";
  private static final String KEY = "key-of-the-simulated-shop-not-a-secret";

  private final EmbeddedPlatform platform;
  private final Ledger ledger;
  private final ShopModel model;
  private boolean holdingOut;

  public DemoRun(EmbeddedPlatform platform, Path ledgerFolder, ShopModel model) {
    this.platform = platform;
    this.ledger = new Ledger(ledgerFolder);
    this.model = model;
  }

  /** Everything that the demo prints. */
  public record Result(
      FinalTables tables,
      long eventsIn,
      Verdict oracle,
      List<DemoFindings.Model> models,
      List<String> segments,
      List<DemoFindings.Verdict> verdicts,
      Map<String, Map<String, Truth.Planted>> truth,
      List<DemoFindings.Adjustment> adjustments,
      List<Double> secondsToDecision,
      SkewReport skew,
      DemoFindings.Health health,
      BudgetFindings budgets,
      ExposureFindings exposures,
      LoopFindings loop,
      long profitPromoflow,
      long profitNever,
      long profitEveryone) {}

  /** Settings of the platform that make a fortnight pass in minutes. */
  public static Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("ingestion.pseudonym.key", KEY);
    settings.put("features.windows", "P1D,P3D,P7D");
    settings.put("features.slide", SLIDE.toString());
    // a checkpoint's interval is days of event time here, and a repeat may be that old
    settings.put("features.remember-events", "P30D");
    settings.put("features.examples.every", "P1D");
    settings.put("features.examples.horizon", "P1D");
    settings.put("models.window", "P6D");
    settings.put("models.slide", TRAINING_SLIDE.toString());
    settings.put("models.segments.features", "views_7d,cart_adds_7d,orders_7d");
    settings.put("models.segments.k", "2..4");
    settings.put("models.segments.reach", "3");
    settings.put("evaluation.attribution-window", ATTRIBUTION.toString());
    settings.put("evaluation.adjust-every", "P1D");
    // A fortnight in two minutes: a tenth of a second of skew between subtasks is hours of event
    // time. Half an hour less than what separates a boundary from the end of a half day, so that
    // the tick at the boundary falls between two half days.
    settings.put("evaluation.out-of-orderness", "PT5H30M");
    for (String room : List.of("features", "serving", "evaluation")) {
      settings.put(room + ".idleness", "PT30M");
    }
    settings.put("flink.checkpoint-interval", "PT10S");
    settings.put("serving.feature-rows", "4");
    settings.put("serving.triggers", "CART_ADD,ABANDONED_CART");
    // The promises of half a day come within a tenth of a second: a slice of the budget must hold
    // them all, or whom it refuses depends on the machine. A kill's slices are free before it is
    // up.
    settings.put("serving.ledger.lease-share", "0.25");
    settings.put("serving.ledger.lease", "PT15S");
    // prices change between two half days, never in the middle of one
    settings.put("serving.allocation.slide", SLIDE.toString());
    return settings;
  }

  /** Applies the demo's rules, which hold nobody out yet, unless a run before has done so. */
  public void applyRules() throws IOException {
    try (var book = RuleBook.open(platform.connections(), Clock.systemUTC())) {
      if (book.current().isEmpty()) {
        String text =
            rules()
                .lines()
                .filter(line -> !line.startsWith(HOLDOUT))
                .collect(Collectors.joining("\n", "", "\n"));
        book.apply(RuleFile.parse("demo/rules.yaml", text), "demo", "rules of the demo");
      }
    }
  }

  /** Who is held out, is so from the first half day of promotions on. */
  private void holdOut(Instant halfDay) throws Exception {
    if (holdingOut || halfDay.isBefore(PROMOTIONS)) {
      return;
    }
    try (var book = RuleBook.open(platform.connections(), Clock.systemUTC())) {
      if (book.current().orElseThrow().holdoutShare() == 0) {
        book.apply(RuleFile.parse("demo/rules.yaml", rules()), "demo", "a tenth is held out");
      }
    }
    platform.awaitCaughtUp(CATCH_UP);
    holdingOut = true;
  }

  private static String rules() throws IOException {
    try (InputStream in = DemoRun.class.getResourceAsStream("/demo/rules.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Runs the fortnight and judges it. */
  public Result run(SimulatedShop.Progress progress) throws Exception {
    try (var shop =
        new SimulatedShop(
            model,
            platform.connections(),
            platform.http(),
            ledger,
            new PlatformBarrier(),
            this::holdOut,
            TRAINING_SLIDE)) {
      shop.run(progress);
      List<SentEvent> sent = ledger.events();
      FinalTables tables = FinalTables.read(postgres());
      Verdict verdict = judged(sent, tables);
      long deadline = System.nanoTime() + TABLES_SETTLE.toNanos();
      while (!verdict.clean() && System.nanoTime() < deadline) {
        // results are written every second, so the last ones may still be on their way
        TimeUnit.MILLISECONDS.sleep(500);
        tables = FinalTables.read(postgres());
        verdict = judged(sent, tables);
      }
      return result(shop, sent, tables, verdict);
    }
  }

  private Verdict judged(List<SentEvent> sent, FinalTables tables) {
    var windows =
        Map.of("24h", Duration.ofDays(1), "3d", Duration.ofDays(3), "7d", Duration.ofDays(7));
    return Oracle.judge(
        new Oracle.Rules(windows, SLIDE, ATTRIBUTION, EVALUATED, KEY), sent, tables);
  }

  private Result result(
      SimulatedShop shop, List<SentEvent> sent, FinalTables tables, Verdict oracle)
      throws Exception {
    var truth = new Truth(model, KEY);
    List<Exposed> exposed =
        ExpectedExposures.of(
            tables.decisions(), new ExpectedViews(sent), tables.holdingOut(), ATTRIBUTION);
    var planted = new LinkedHashMap<String, Map<String, Truth.Planted>>();
    for (String experiment : List.of("cart-discount", "home-banner-aa")) {
      planted.put(experiment, truth.bySegment(experiment, exposed));
    }
    Set<String> promoted = new HashSet<>();
    for (DecisionRow decision : tables.decisions()) {
      if (decision.promotion() != null) {
        promoted.add(decision.requestId());
      }
    }
    List<DemoFindings.Adjustment> adjustments = DemoFindings.adjustments(postgres());
    return new Result(
        tables,
        Sql.number(postgres(), "SELECT events_in FROM ingestion.intake"),
        oracle,
        DemoFindings.models(postgres()),
        DemoFindings.segmentsInWords(postgres()),
        DemoFindings.verdicts(postgres()),
        planted,
        adjustments,
        adjustments.stream()
            .filter(a -> a.ruleVersion() != null && a.outcomeSeen() != null)
            .map(a -> shop.secondsToDecision(a.outcomeSeen(), a.ruleVersion()))
            .filter(java.util.Objects::nonNull)
            .sorted()
            .toList(),
        SkewReport.take(platform.settings(), new PrintWriter(Writer.nullWriter())),
        DemoFindings.health(postgres()),
        BudgetFindings.read(postgres()),
        ExposureFindings.of(tables),
        LoopFindings.read(
            postgres(), tables, exposed, sent, new LoopTruth(model, KEY, ATTRIBUTION), ATTRIBUTION),
        truth.profitCents((shopper, phase) -> promoted.contains(Script.cartId(phase, shopper))),
        truth.profitCents((shopper, phase) -> false),
        truth.profitCents((shopper, phase) -> !Calendar.start(phase).isBefore(PROMOTIONS)));
  }

  private Postgres postgres() {
    return platform.connections().postgres();
  }

  /** Waits for the platform itself. */
  private final class PlatformBarrier implements Barrier {
    @Override
    public void caughtUp() throws Exception {
      platform.awaitCaughtUp(CATCH_UP);
    }

    @Override
    public void trained(Instant upTo) throws Exception {
      var moment = java.sql.Timestamp.from(upTo);
      long examples =
          Sql.number(
              postgres(),
              "SELECT count(*) FROM models.training_examples WHERE labelled_at <= ?",
              moment);
      if (examples == 0) {
        return;
      }
      long deadline = System.nanoTime() + TRAINED.toNanos();
      while (!Sql.exists(postgres(), "models.model_versions")
          || Sql.number(
                  postgres(),
                  "SELECT count(*) FROM models.model_versions WHERE window_end = ?",
                  moment)
              < 2) {
        platform.check();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("no model was trained up to " + upTo + " in time");
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
      platform.awaitCaughtUp(CATCH_UP);
    }
  }
}
