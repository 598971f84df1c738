package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.Pacing;
import io.promoflow.serving.ledger.PostgresLedger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.rules.RuleBook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of the rules as a person meets them, on a real broker and a real store. */
class RuleVersionsCommandTest {
  private static final String GOOD =
      """
      # spring
      promotions:
        - {id: ten, kind: percent-off, terms: {percent: 10, maxDiscountCents: 500}, budgetCents: 1000}
        - {id: ship, kind: free-shipping, terms: {amountCents: 400}}
      """;
  private static final String MISTAKE =
      """
      promotions:
        - {id: ten, kind: percent-off, terms: {percent: 90, maxDiscountCents: 500}, budgetCents: 900}
        - {id: mug, kind: gift, terms: {amountCents: 400, giftProductId: mug-1}, stock: 9}
      contactCaps:
        - {offers: 5, per: P7D}
      """;
  private static final String EXPERIMENT =
      """
      experiments:
        - id: does-it-pay
          trigger: VISIT
          primaryMetric: profit
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ten, weight: 0.5, promotions: [ten]}
      """;

  @TempDir private static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void start() throws Exception {
    platform = new TestPlatform(folder, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    platform.close();
  }

  private static int run(String... arguments) {
    return platform.run(new RulesCommand(), new ArrayList<>(List.of(arguments)));
  }

  private static String file(String text) throws Exception {
    return Files.writeString(folder.resolve("rules.yaml"), text).toString();
  }

  /** Every version on the topic, as servers and the job are told. */
  private static List<RuleSet> told() throws Exception {
    var found = new ArrayList<RuleSet>();
    var connections = platform.connections();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", connections.kafkaServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var part = new TopicPartition(connections.topics().servingRules(), 0);
      consumer.assign(List.of(part));
      consumer.seekToBeginning(List.of(part));
      long end = consumer.endOffsets(List.of(part)).get(part);
      while (consumer.position(part) < end) {
        for (var one : consumer.poll(Duration.ofMillis(200))) {
          found.add(Wire.read(one.value(), RuleSet.class));
        }
      }
    }
    return found;
  }

  private static long newestTold() throws Exception {
    List<RuleSet> told = told();
    return told.isEmpty() ? 0 : told.get(told.size() - 1).version();
  }

  @Test
  void aFileIsPlannedAppliedAndTakenBack() throws Exception {
    assertThat(run("plan", file(GOOD))).as(platform.err()).isZero();
    assertThat(platform.out())
        .isEqualTo("+ promotion ten\n+ promotion ship\nVersion 1 would follow version 0.\n");
    assertThat(run("revert", "--to", "1")).isEqualTo(1);
    assertThat(platform.err()).contains("there are no rules yet");
    assertThat(newestTold()).as("a plan tells nobody").isZero();

    assertThat(run("apply", file(GOOD))).isZero();
    assertThat(run("plan", file(GOOD))).isZero();
    assertThat(platform.out()).isEqualTo("Nothing would change: version 1 says the same.\n");
    assertThat(run("apply", file(GOOD))).isZero();
    assertThat(platform.out()).isEqualTo("Nothing changes: version 1 says the same.\n");
    String wrong = file(GOOD.replace("percent: 10", "percent: 110"));
    assertThat(run("plan", wrong)).isEqualTo(2);
    assertThat(platform.err()).contains("rules.yaml:3: promotion ten: terms.percent: must be");

    String[] changes = {
      "~ promotion ten",
      "    terms.percent: 10.0 -> 90.0",
      "    budgetCents: 1000 -> 900",
      "- promotion ship",
      "+ promotion mug",
      "~ contactCaps [] -> [",
    };
    assertThat(run("plan", file(MISTAKE))).isZero();
    assertThat(platform.out()).contains(changes).endsWith("Version 2 would follow version 1.\n");
    assertThat(newestTold()).isEqualTo(1);
    assertThat(run("list")).isZero();
    assertThat(platform.out()).doesNotContain("  2  ");
    assertThat(run("apply", file(MISTAKE), "--on", "0")).isEqualTo(1);
    assertThat(platform.err()).contains("is in force by now, not 0: plan anew");
    assertThat(newestTold()).isEqualTo(1);
    assertThat(run("apply", file(MISTAKE), "--on", "1")).isZero();
    assertThat(platform.out()).contains(changes).contains("Rule version 2 is live");

    assertThat(run("revert", "--to", "1", "--dry-run")).as(platform.err()).isZero();
    assertThat(platform.out())
        .contains("    terms.percent: 90.0 -> 10.0", "- promotion mug", "+ promotion ship")
        .endsWith("Version 3 would follow version 2.\n");
    assertThat(newestTold()).isEqualTo(2);
    assertThat(run("revert", "--to", "1", "--author", "eve")).as(platform.err()).isZero();
    assertThat(platform.out())
        .contains("    terms.percent: 90.0 -> 10.0")
        .endsWith("Rule version 3 is live, with the rules of version 1.\n");
    List<RuleSet> told = told();
    RuleSet back = told.get(told.size() - 1);
    RuleSet first = told.stream().filter(one -> one.version() == 1).findFirst().orElseThrow();
    assertThat(back.version()).isEqualTo(3);
    assertThat(back.promotions()).isEqualTo(first.promotions());
    assertThat(back.contactCaps()).isEmpty();
    assertThat(run("list")).isZero();
    assertThat(platform.out()).contains("eve", "back to version 1");
    assertThat(run("show", "3", "--file")).isZero();
    assertThat(platform.out()).isEqualTo(GOOD);
    assertThat(run("revert", "--to", "1")).isZero();
    assertThat(platform.out()).isEqualTo("Nothing changes: version 3 says the same.\n");

    moreIsSpentThanTheMistakeAllows();
    whatChangesNothingInForceIsRememberedAndShown();
    anAdjustmentIsUndoneOnceAndAgainWhenItIsInForceAgain();
    aChangedLayerTellsWhoMoves();
    assertThat(run("revert", "--to", "99")).isEqualTo(1);
    assertThat(platform.err()).contains("there is no rule version 99");
    assertThat(run("revert")).isEqualTo(2);
    assertThat(run("revert", "some-id", "--to", "1")).isEqualTo(2);
    assertThat(run("revert", "some-id", "--dry-run")).isEqualTo(2);
  }

  private static void whatChangesNothingInForceIsRememberedAndShown() throws Exception {
    String remarked = GOOD + "# a remark\n";
    assertThat(run("plan", file(remarked))).isZero();
    assertThat(platform.out())
        .isEqualTo("Nothing in force would change: the file would be remembered as version 4.\n");
    assertThat(run("apply", file(remarked))).isZero();
    assertThat(platform.out())
        .isEqualTo("Nothing in force changes: the file is remembered as version 4.\n");
    assertThat(newestTold()).isEqualTo(4);
    assertThat(run("show", "--file")).isZero();
    assertThat(platform.out()).isEqualTo(remarked);
    assertThat(run("revert", "--to", "3")).isZero();
    assertThat(platform.out())
        .isEqualTo("Nothing in force changes: version 5 stands on the file of version 3.\n");
    assertThat(run("show", "--file")).isZero();
    assertThat(platform.out()).isEqualTo(GOOD);
  }

  private static void anAdjustmentIsUndoneOnceAndAgainWhenItIsInForceAgain() throws Exception {
    assertThat(run("apply", file(GOOD + EXPERIMENT))).as(platform.err()).isZero();
    Map<String, Double> even = Map.of("control", 0.5, "ten", 0.5);
    Map<String, Double> moved = Map.of("control", 0.4, "ten", 0.6);
    try (var book = RuleBook.open(platform.connections(), Clock.systemUTC())) {
      var proposed =
          new StrategyAdjustment(
              "a1",
              "does-it-pay",
              null,
              Change.SHIFT_WEIGHTS,
              even,
              moved,
              null,
              "shift",
              Status.PROPOSED,
              Instant.EPOCH,
              "policy",
              Instant.EPOCH,
              null,
              null,
              null);
      assertThat(book.adjust(proposed).ruleVersion()).isEqualTo(7);
    }
    assertThat(run("revert", "a1")).isZero();
    assertThat(platform.out())
        .startsWith("Reverted a1: experiment does-it-pay is back")
        .endsWith("rule version 8.\n");
    assertThat(run("revert", "a1")).isZero();
    assertThat(platform.out())
        .isEqualTo("Nothing changes: a1 was reverted before, by rule version 8.\n");
    assertThat(run("revert", "--to", "7")).isZero();
    assertThat(run("revert", "a1")).isZero();
    assertThat(platform.out()).startsWith("Reverted a1").endsWith("rule version 10.\n");
  }

  private static void aChangedLayerTellsWhoMoves() throws Exception {
    String layered =
        GOOD
            + """
            experiments:
              - {id: cart, trigger: CART_ADD, primaryMetric: profit, layer: page, share: 0.3,
                 variants: [{id: none, control: true, weight: 0.5},
                            {id: ten, weight: 0.5, promotions: [ten]}]}
              - {id: visit, trigger: VISIT, primaryMetric: profit, layer: page, share: 0.4,
                 variants: [{id: none, control: true, weight: 0.5},
                            {id: ship, weight: 0.5, promotions: [ship]}]}
            """;
    assertThat(run("apply", file(layered))).as(platform.err()).isZero();
    String grown = file(layered.replace("share: 0.3", "share: 0.5"));
    String moves = "~ layer page: 20 % of the shoppers move\n    0.2 from nobody to cart\n";
    assertThat(run("plan", grown)).isZero();
    assertThat(platform.out()).contains("    share: 0.3 -> 0.5\n" + moves);
    assertThat(run("apply", grown)).isZero();
    assertThat(platform.out())
        .startsWith("~ experiment cart\n    share: 0.3 -> 0.5\n" + moves)
        .contains("2 experiments.");
  }

  private static void moreIsSpentThanTheMistakeAllows() throws Exception {
    var options =
        new LedgerOptions(Duration.ofSeconds(30), 1, Duration.ofDays(1), Pacing.parse("none"));
    try (var ledger = PostgresLedger.open(platform.connections().postgres(), options)) {
      for (String decision : List.of("d1", "d2")) {
        var claim = new Claim(decision, "ten", "ada", 475, Instant.EPOCH);
        await().until(() -> ledger.reserve(claim).isEmpty()); // leases first
        var commit = new Redemption("k-" + decision, decision, Action.COMMIT, null, Instant.EPOCH);
        assertThat(ledger.settle(commit).toCompletableFuture().join().settled()).isTrue();
      }
    }
    assertThat(run("revert", "--to", "2")).isEqualTo(1);
    assertThat(platform.err())
        .contains("ten: budgetCents was 900 in rule version 2, 950 are spent or promised by now");
    assertThat(newestTold()).isEqualTo(3);
  }
}
