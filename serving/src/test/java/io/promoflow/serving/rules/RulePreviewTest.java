package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.rules.RulePreview.Move;
import io.promoflow.serving.rules.RulePreview.Preview;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RulePreviewTest {
  private static final String BEFORE =
      """
      promotions:
        - {id: ten, kind: percent-off, terms: {percent: 10}}
      experiments:
        - id: everybody
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: ten, control: true, weight: 1, promotions: [ten]}
            - {id: none, weight: 0}
      """;
  private static final String AFTER =
      """
      promotions:
        - id: five
          kind: percent-off
          terms: {percent: 5}
          eligibility: [{field: orders_7d, operator: GE, number: 3}]
          perShopperCap: 1
        - {id: ten, kind: percent-off, terms: {percent: 10}}
      experiments:
        - id: everybody
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: five, control: true, weight: 1, promotions: [five]}
            - {id: none, weight: 0}
      """;
  @RegisterExtension private static final TestLog LOG = new TestLog();

  /** Ada has four orders and is asked about twice, Bob has none; a shopper without features. */
  private static List<Decision> logged() throws Exception {
    var decider = new Decider(Cast.ASSUMED);
    var scores = new Scores("s1", 0.1, List.of(), Map.of());
    RuleSet rules = rules(1, BEFORE);
    var decisions = new ArrayList<Decision>();
    for (String shopper : List.of(Cast.ADA, Cast.ADA, Cast.BOB, "k1.eve")) {
      FeatureRow row =
          shopper.equals("k1.eve")
              ? null
              : Cast.row(shopper, Cast.NOON, shopper.equals(Cast.ADA) ? 4 : 0);
      String request = "r" + decisions.size();
      decisions.add(
          decider.decideBriefly(
              Cast.asks(request, Trigger.VISIT, shopper, 10_000),
              row,
              scores,
              rules,
              Caps.NONE,
              null));
      if (row != null) {
        LOG.write(row);
      }
    }
    return decisions;
  }

  private static Preview previewed() {
    return RulePreview.of(
        LOG.store(),
        Cast.ASSUMED,
        rules(2, AFTER),
        knowing(List.of()),
        Cast.NOON.minusSeconds(1),
        Cast.NOON.plusSeconds(1));
  }

  @Test
  void loggedDecisionsAreDecidedAgainWithTheFeaturesOfThen() throws Exception {
    LOG.write(logged().toArray(Decision[]::new));
    assertThat(RulePreview.newest(LOG.store())).contains(Cast.NOON);
    Preview preview = previewed();
    assertThat(preview.decisions()).isEqualTo(4);
    assertThat(preview.moves())
        .isEqualTo(
            Map.of(
                new Move("ten", "five"), 1L, // Ada, whose cap is reached the second time
                new Move("ten", RulePreview.NOTHING), 3L));
    assertThat(preview.changed()).isEqualTo(4);
    assertThat(preview.costCentsBefore()).isEqualTo(4_000);
    assertThat(preview.costCentsAfter()).isEqualTo(500);
  }

  @Test
  void capsCountWhatWasOfferedBefore() throws Exception {
    LOG.write(logged().toArray(Decision[]::new));
    var before =
        new DecisionRequest(
            "earlier",
            Trigger.VISIT,
            Cast.ADA,
            Cast.NOON.minusSeconds(60),
            new Cart(10_000, List.of()));
    Decision five =
        new Decider(Cast.ASSUMED)
            .decideBriefly(
                before,
                Cast.row(Cast.ADA, Cast.NOON, 4),
                new Scores("s1", 0.1, List.of(), Map.of()),
                rules(2, AFTER),
                Caps.NONE,
                null);
    assertThat(five.promotionId()).isEqualTo("five");
    LOG.write(five);
    assertThat(previewed().moves())
        .as("Ada had all of it that she may have")
        .isEqualTo(Map.of(new Move("ten", RulePreview.NOTHING), 4L));
  }
}
