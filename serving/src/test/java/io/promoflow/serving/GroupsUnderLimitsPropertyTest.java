package io.promoflow.serving;

import static io.promoflow.serving.Cast.percent;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.pricing.Stacking;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever the ledger refuses: both ways of deciding agree, and the right one of a group is in. */
class GroupsUnderLimitsPropertyTest {
  private static final int QUESTIONS = 20_000;
  private static final Set<Loss> BY_THE_LEDGER =
      EnumSet.of(Loss.BUDGET_SPENT, Loss.OUT_OF_STOCK, Loss.PACED, Loss.NO_LEASE);
  private static final List<Refusal> REFUSALS =
      List.of(Refusal.BUDGET_SPENT, Refusal.OUT_OF_STOCK, Refusal.PACED, Refusal.NO_LEASE);

  private final Random random = new Random(20_261_128);
  private int replaced;
  private int replacedAndGiven;

  @Test
  void bothWaysAgreeAndTheFirstThatIsThereIsInQuestion() {
    for (int q = 0; q < QUESTIONS; q++) {
      RuleSet rules = rules();
      Map<String, Refusal> refusals = refusals(rules);
      String loser = random.nextInt(3) == 0 ? "p" + random.nextInt(8) : "nobody";
      var forWhole = new TestLedger(Map.of(), refusals).losesTheRaceFor(loser);
      var forBrief = new TestLedger(Map.of(), refusals).losesTheRaceFor(loser);
      var assumptions = assumptions();
      var request = Cast.asks("q" + q, Trigger.VISIT, "u" + random.nextInt(50), cart());
      var scores = new Scores(null, random.nextInt(7) / 10.0, List.of(), Map.of());

      Decision whole =
          new Decider(assumptions, forWhole).decide(request, null, scores, rules, Caps.NONE);
      Decision brief =
          new Decider(assumptions, forBrief)
              .decideBriefly(request, null, scores, rules, Caps.NONE, null);

      assertThat(brief.promotionId()).isEqualTo(whole.promotionId());
      assertThat(brief.probability()).isEqualTo(whole.probability());
      assertThat(brief.triggered()).isEqualTo(whole.triggered());
      assertThat(forBrief.granted).isEqualTo(forWhole.granted);
      assertThat(forBrief.wanted).isEqualTo(forWhole.wanted);
      assertThat(new Explanation(brief, rules, null).candidates()).isEqualTo(whole.candidates());
      assertThat(brief.losses()).isEqualTo(letters(whole));
      for (String group : List.of("g", "h")) {
        check(group, whole, rules, refusals, loser);
      }
    }
    assertThat(replaced).isGreaterThan(1_000);
    assertThat(replacedAndGiven).isGreaterThan(300);
  }

  /** Refused ones, the one in question, then whom it excludes. */
  private void check(
      String group, Decision made, RuleSet rules, Map<String, Refusal> refusals, String loser) {
    List<Candidate> open =
        rules.promotions().stream()
            .filter(one -> group.equals(one.stackingGroup()))
            .sorted(Comparator.comparing(one -> one, Stacking.PRECEDENCE))
            .map(one -> candidate(made, one.id()))
            .filter(one -> one.score() != null || one.loss() == Loss.EXCLUDED_IN_GROUP)
            .toList();
    int first = 0;
    while (first < open.size() && BY_THE_LEDGER.contains(open.get(first).loss())) {
      String refused = open.get(first).promotionId();
      assertThat(refusals.containsKey(refused) || refused.equals(loser)).isTrue();
      first++;
    }
    if (first < open.size()) {
      Candidate one = open.get(first);
      assertThat(one.score()).isNotNull();
      assertThat(refusals).doesNotContainKey(one.promotionId());
      replaced += first > 0 ? 1 : 0;
      replacedAndGiven += first > 0 && one.promotionId().equals(made.promotionId()) ? 1 : 0;
      String words = one.promotionId() + " goes first in group " + group;
      for (Candidate other : open.subList(first + 1, open.size())) {
        assertThat(other.loss()).isEqualTo(Loss.EXCLUDED_IN_GROUP);
        assertThat(other.detail()).isEqualTo(words);
      }
    }
  }

  private static Candidate candidate(Decision made, String promotion) {
    return made.candidates().stream()
        .filter(one -> promotion.equals(one.promotionId()))
        .findFirst()
        .orElseThrow();
  }

  private static String letters(Decision whole) {
    var letters = new StringBuilder();
    whole.candidates().stream()
        .filter(one -> one.promotionId() != null)
        .forEach(one -> letters.append(one.score() == null ? one.loss().letter() : Loss.OPEN));
    return letters.toString();
  }

  private Assumptions assumptions() {
    double explored = random.nextInt(3) == 0 ? random.nextDouble() : 0;
    return new Assumptions(0.5, 0.4, 0.1, 5, explored, 0);
  }

  private long cart() {
    return 1_000L * random.nextInt(15);
  }

  private RuleSet rules() {
    var promotions = new ArrayList<Promotion>();
    for (int i = 0; i < 8; i++) {
      promotions.add(promotion("p" + i));
    }
    List<Experiment> experiments =
        random.nextInt(3) == 0
            ? List.of(
                Cast.experiment(
                    "e",
                    Trigger.VISIT,
                    Cast.control(0.3),
                    Cast.variant("b", 0.7, "p0", "p1", "p2", "p3")))
            : List.of();
    return Cast.rules(1, promotions, experiments);
  }

  private Promotion promotion(String id) {
    Condition large = new Condition("cart_cents", Operator.GE, 5_000.0, null);
    return new Promotion(
        id,
        PromotionKind.PERCENT_OFF,
        percent(1 + random.nextInt(20)),
        List.of(),
        List.of(),
        random.nextInt(3) == 0 ? List.of(large) : List.of(),
        null,
        null,
        null,
        random.nextInt(3) == 0 ? null : 200L,
        null,
        random.nextInt(3),
        random.nextInt(4) == 0 ? null : random.nextInt(3) == 0 ? "h" : "g");
  }

  private Map<String, Refusal> refusals(RuleSet rules) {
    var refusals = new HashMap<String, Refusal>();
    rules.promotions().stream()
        .filter(one -> one.stock() != null && random.nextBoolean())
        .map(Promotion::id)
        .forEach(id -> refusals.put(id, REFUSALS.get(random.nextInt(REFUSALS.size()))));
    return refusals;
  }
}
