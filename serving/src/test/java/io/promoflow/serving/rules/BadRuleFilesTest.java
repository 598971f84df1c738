package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files with one defect each, made of the example that we ships: none ever counts. */
class BadRuleFilesTest {
  private static final int FILES = 500;
  private static Postgres postgres;

  /**
   * A defect.
   *
   * @param write puts it into a good text
   * @param told part of what must be told
   */
  private record Defect(String told, BiFunction<String, Random, String> write) {}

  private static Defect replacing(String told, String good, String... bad) {
    return new Defect(told, (text, random) -> replace(text, good, bad[random.nextInt(bad.length)]));
  }

  private static String replace(String text, String good, String bad) {
    assertThat(text).as("the example holds").contains(good);
    int at = text.indexOf(good);
    return text.substring(0, at) + bad + text.substring(at + good.length());
  }

  private static final List<Defect> DEFECTS =
      List.of(
          new Defect("unknown key; did you mean", BadRuleFilesTest::misspell),
          replacing(
              "must be a number from 0 to 100",
              "percent: 8",
              "percent: 101",
              "percent: -1",
              "percent: many",
              "percent: 1e9"),
          replacing("must be one of", "kind: GIFT", "kind: GIVE", "kind: gifts", "kind: 7"),
          replacing("GIFT needs it", "giftProductId: mug-1, ", ""),
          replacing(
              "conditions contradict each other",
              "- {field: days_since_last_order, operator: GE, number: 60}",
              "- {field: days_since_last_order, operator: GE, number: 60}\n"
                  + "      - {field: days_since_last_order, operator: LT, number: 60}",
              "- {field: new_shopper, operator: IN, values: [\"true\"]}"),
          replacing(
              "unknown field; did you mean",
              "field: days_since_last_order",
              "field: days_since_order",
              "field: spend_7",
              "field: Segment"),
          replacing("lies in 0 to 23", "number: 18}", "number: 24}", "number: -3}"),
          replacing("must be some of", "[FRIDAY, SATURDAY]", "[Friday]", "[FRI]"),
          new Defect(
              "is never reached",
              (text, random) ->
                  replace(
                      text,
                      "  - id: camera-and-case",
                      "  - {id: shadow, kind: MEMBER_PRICE, terms: {percent: "
                          + (1 + random.nextInt(20))
                          + ", memberLevel: gold}, priority: "
                          + random.nextInt(10)
                          + ", stackingGroup: member}\n  - id: camera-and-case")),
          replacing("both are of group order and can hold at once", "priority: 30", "priority: 40"),
          replacing("terms.percent: leaves", "percent: 30}", "percent: 36}", "percent: 99}"),
          replacing("terms.tiers: leaves", "amountCents: 4000", "amountCents: 7001"),
          replacing("must cover one redemption", "budgetCents: 2000000", "budgetCents: 499"),
          replacing("must be 1 at least", "stock: 1000", "stock: 0"),
          replacing("a FLASH_SALE ends with its stock", "    stock: 200\n", ""),
          replacing(
              "must be after from",
              "until: 2026-12-01T00:00:00Z",
              "until: 2026-11-27T00:00:00Z",
              "until: 2020-01-01T00:00:00Z"),
          replacing("must be a moment with a zone", "2026-12-18T00:00:00Z", "2026-12-18", "soon"),
          replacing("must be a length of time above 0", "per: P1D", "per: P0D", "per: 1 day"),
          replacing("must be a time zone", "Europe/Berlin", "Europe/Bonn"),
          replacing("must name a campaign of this file", "campaign: win-back", "campaign: winback"),
          replacing("must name promotions of this file", "[we-miss-you]", "[we-missed-you]"),
          replacing("weights must add up to 1", "weight: 0.5", "weight: 0.4", "weight: 0.50001"),
          replacing("exactly one must be the control", "control: true, ", ""),
          replacing("must be one of [VISIT", "trigger: VISIT", "trigger: VISITS"),
          replacing("primaryMetric: must be one of", "primaryMetric: profit", "primaryMetric: joy"),
          replacing("is taken on line", "id: gold-price", "id: mug", "id: free-shipping"),
          replacing("a BUNDLE names at least two products", "[camera-1, case-1]", "[camera-1]"),
          replacing("a SINGLE code holds once", "budgetCents: 500000", "perShopperCap: 2"),
          replacing("is no YAML", "campaigns:", "campaigns: ]", "\tcampaigns:"),
          replacing("must be a list", "categories: [electronics]", "categories: electronics"));

  /** Any key, with a letter too much. */
  private static String misspell(String text, Random random) {
    var keys = List.of("kind", "terms", "priority", "eligibility", "stackingGroup", "weight");
    String key = keys.get(random.nextInt(keys.size()));
    return replace(text, key + ":", key + "x:");
  }

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @Test
  void areRefusedWholeWhileTheVersionBeforeAnswersWithoutAGap() throws Exception {
    var random = new Random(20_261_124);
    String good = RuleChecksTest.example();
    try (var book =
        new RuleBook(postgres.store(), new Silent(), Clock.fixed(Cast.NOON, ZoneOffset.UTC))) {
      RuleSet live = book.apply(RuleFile.parse("good.yaml", good), "ada", "");
      var asking = new Asking(book);
      asking.start();
      for (int i = 0; i < FILES; i++) {
        Defect defect = DEFECTS.get(i % DEFECTS.size());
        String bad = defect.write().apply(good, random);
        var refused =
            catchThrowableOfType(
                RuleFileException.class,
                () -> book.apply(RuleFile.parse("bad.yaml", bad), "eve", "must not count"));
        assertThat(refused).as("file %s with: %s", i, defect.told()).isNotNull();
        assertThat(refused.getMessage()).contains(defect.told()).contains("bad.yaml:");
      }
      asking.finish();
      assertThat(asking.versions).isEqualTo(Map.of(live.version(), asking.answers.get()));
      assertThat(asking.answers.get()).isPositive();
      assertThat(asking.failures.get()).isZero();
      assertThat(book.history()).hasSize(1);
    }
  }

  /** Asks for decisions under the rules in force, all the time. */
  private static final class Asking extends Thread {
    private final RuleBook book;
    private final Decider decider = new Decider(Cast.ASSUMED);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Map<Long, Integer> versions = new java.util.concurrent.ConcurrentHashMap<>();

    Asking(RuleBook book) {
      super("asking");
      this.book = book;
    }

    @Override
    public void run() {
      do {
        try {
          Decision decision =
              decider.decide(
                  Cast.asks("r" + answers, Trigger.VISIT, Cast.ADA, 12_000),
                  Cast.row(Cast.ADA, Cast.NOON, 3),
                  Map.of(),
                  book.current().orElseThrow(),
                  Caps.NONE);
          versions.merge(decision.ruleVersion(), 1, Integer::sum);
          answers.incrementAndGet();
        } catch (RuntimeException e) {
          failures.incrementAndGet();
        }
      } while (!done.get());
    }

    void finish() throws InterruptedException {
      done.set(true);
      join();
    }
  }

  private static final class Silent implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {}

    @Override
    public void publish(io.promoflow.ingestion.schema.StrategyAdjustment adjustment) {}

    @Override
    public void close() {}
  }
}
