package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.scoring.Scores;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a decision of a long log takes: two weeks of it must fit beside each other. */
class ShadowMemoryTest {
  private static final int SHOPPERS = 1_000;
  private static final int DECISIONS = 10_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @RegisterExtension private static final TestLog LOG = new TestLog();

  private static String promotions(int count, String more) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "  - {id: offer-%d, kind: percent-off, terms: {percent: %d}%s}\n"
                    .formatted(i, 1 + i % 20, more))
        .collect(Collectors.joining("", "promotions:\n", ""));
  }

  private static Decision decided(Decider decider, RuleSet rules, int i) {
    return decider.decideBriefly(
        Cast.asks("r" + i, Trigger.VISIT, "k1.s" + i % SHOPPERS, 10_000),
        null,
        Scores.UNKNOWN,
        rules,
        Caps.NONE,
        null);
  }

  private static long used() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aDecisionOfTheGateTakesNoKilobytes() throws Exception {
    RuleSet live = rules(1, promotions(5, "") + grouped());
    var decider = new Decider(Cast.ASSUMED.exploring(0.2));
    for (int i = 0; i < DECISIONS; ) {
      var some = new ArrayList<Decision>();
      for (int end = i + 1_000; i < end; i++) {
        some.add(decided(decider, live, i));
      }
      LOG.write(some.toArray(Decision[]::new));
    }
    assertThat(shadowed(live)).hasSize(DECISIONS); // and all classes are loaded
    var each = new ArrayList<Double>();
    for (int i = 0; i < 3; i++) { // what ends elsewhere meanwhile is not counted each time
      long before = used();
      List<Shadowed> log = shadowed(live);
      each.add((double) (used() - before) / log.size());
    }
    assertThat(each).anySatisfy(bytes -> assertThat(bytes).isBetween(20.0, 200.0));
  }

  /** Of which one keeps the others out. */
  private static String grouped() {
    return IntStream.range(0, 5)
        .mapToObj(
            i ->
                "  - {id: more-%d, kind: percent-off, terms: {percent: 3}, stock: 1000000, stackingGroup: g, priority: %d}\n"
                    .formatted(i, i))
        .collect(Collectors.joining());
  }

  private static List<Shadowed> shadowed(RuleSet live) {
    return RuleShadow.of(
        LOG.store(),
        Cast.ASSUMED,
        version -> live,
        knowing(List.of()),
        live,
        Cast.NOON,
        Cast.NOON.plusSeconds(1));
  }

  @Test
  void rulesAreLaidOutOnceHoweverManyDecisionsAreMadeAgain() {
    RuleSet rules =
        rules(
            1,
            promotions(
                200,
                ", categories: [tea], eligibility: [{field: orders_7d, operator: GE, number: 3}]"));
    var untold = new Untold(Cast.ASSUMED, rules, OpenLedger.INSTANCE);
    var shares = new ChoiceShares(Cast.ASSUMED, rules, OpenLedger.INSTANCE);
    var logged = new LoggedDecision(decided(new Decider(Cast.ASSUMED), rules, 0), null);
    ask(untold, shares, rules, logged);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    ask(untold, shares, rules, logged);
    long second = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(second).isBetween(1L, 50_000L);
  }

  private static void ask(
      Untold untold, ChoiceShares shares, RuleSet rules, LoggedDecision logged) {
    untold.mayMatter(logged, rules, Scores.UNKNOWN, Caps.NONE, null, one -> false);
    shares.of(logged, Scores.UNKNOWN, Caps.NONE, null);
  }
}
