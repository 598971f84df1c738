package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Budgets of promotions, a, b, c and so on, under a file. */
class LastingMovesTest {
  private static List<Promotion> budgets(Long... cents) {
    var text = new StringBuilder("promotions:\n");
    for (int i = 0; i < cents.length; i++) {
      text.append(
          "  - {id: " + (char) ('a' + i) + ", kind: free-shipping, terms: {amountCents: 1}}\n");
    }
    List<Promotion> promotions = RuleFile.parse("rules.yaml", text.toString()).promotions();
    var found = new ArrayList<Promotion>();
    for (int i = 0; i < cents.length; i++) {
      found.add(promotions.get(i).withBudgetCents(cents[i]));
    }
    return found;
  }

  private static List<Long> over(
      List<Promotion> file, List<Promotion> before, List<Promotion> live) {
    return over(file, before, live, List.of());
  }

  private static List<Long> over(
      List<Promotion> file,
      List<Promotion> before,
      List<Promotion> live,
      List<StrategyAdjustment> moves) {
    return MovedBudgets.lasting(file, before, live, moves).over(file).stream()
        .map(Promotion::budgetCents)
        .toList();
  }

  private static StrategyAdjustment move(String giver, String taker, double cents) {
    return RuleBookTest.adjustment(
        giver + " to " + taker,
        "e",
        null,
        Change.MOVE_BUDGET,
        Map.of(giver, 500.0, taker, 500.0),
        Map.of(giver, 500.0 - cents, taker, 500.0 + cents));
  }

  @Test
  void centsGoBackFromThosePromotionsThatTookThem() {
    List<Promotion> before = budgets(500L, 500L, 500L, 500L);
    List<Promotion> live = budgets(600L, 600L, 400L, 400L);
    List<StrategyAdjustment> moves = List.of(move("d", "a", 100), move("c", "b", 100));
    List<Promotion> withoutC = budgets(500L, 500L, null, 500L);
    assertThat(over(withoutC, before, live, moves)).containsExactly(600L, 500L, null, 400L);
    assertThat(MovedBudgets.lasting(withoutC, before, live, moves).undone())
        .containsExactly(move("c", "b", 100));
    assertThat(over(budgets(500L, 500L, 400L, 500L), before, live, moves))
        .as("c written down alone")
        .containsExactly(600L, 500L, 400L, 400L);
  }

  @Test
  void whoLeavesGivesBackToOneWhatItTookAndTakesBackFromAnotherWhatItGave() {
    List<Promotion> before = budgets(500L, 500L, 500L);
    List<StrategyAdjustment> moves = List.of(move("c", "b", 100), move("a", "c", 100));
    assertThat(over(budgets(500L, 500L, null), before, budgets(400L, 600L, 500L), moves))
        .containsExactly(500L, 500L, null);
  }

  @Test
  void movesThatAFileHasTakenOverStayWithIt() {
    List<Promotion> before = budgets(500L, 600L, 400L, 500L); // states what c gave to b
    List<Promotion> live = budgets(450L, 650L, 300L, 600L);
    List<StrategyAdjustment> moves =
        List.of(move("c", "d", 100), move("a", "b", 50), move("c", "b", 100));
    List<Promotion> withoutC = budgets(500L, 600L, null, 500L);
    assertThat(over(withoutC, before, live, moves)).containsExactly(450L, 650L, null, 500L);
    assertThat(MovedBudgets.lasting(withoutC, before, live, moves).undone())
        .containsExactly(move("c", "d", 100));
  }

  @Test
  void movesOfPromotionsThatAreWrittenDownTogetherAreNotUndone() {
    List<Promotion> live = budgets(400L, 600L);
    var moves = List.of(move("a", "b", 100));
    var moved = MovedBudgets.lasting(live, budgets(500L, 500L), live, moves);
    assertThat(moved.over(live)).isEqualTo(live);
    assertThat(moved.undone()).isEmpty();
    assertThat(MovedBudgets.lasting(live, List.of(), live, moves).undone())
        .as("start anew")
        .isEqualTo(moves);
  }

  @Test
  void everyChangeIsOnTopOfWhatHasMoved() {
    List<Promotion> before = budgets(500L, 500L, 500L);
    List<Promotion> live = budgets(350L, 600L, 550L);
    assertThat(over(before, before, live)).containsExactly(350L, 600L, 550L);
    assertThat(over(budgets(600L, 400L, 500L), before, live)).containsExactly(450L, 500L, 550L);
  }

  @Test
  void whatAGiverWhoLeavesHasGivenGoesBack() {
    List<Promotion> before = budgets(500L, 500L, 500L);
    List<Promotion> live = budgets(550L, 600L, 350L);
    assertThat(over(budgets(500L, 500L, null), before, live)).containsExactly(500L, 500L, null);
  }

  @Test
  void whatATakerWhoLeavesHasTakenGoesBack() {
    List<Promotion> before = budgets(500L, 500L, 500L);
    List<Promotion> live = budgets(450L, 450L, 600L);
    assertThat(over(budgets(500L, 500L, null), before, live)).containsExactly(500L, 500L, null);
    assertThat(over(budgets(500L, 500L), before, live)).containsExactly(500L, 500L);
  }

  @Test
  void whoComesNewHasWhatTheFileSays() {
    assertThat(over(budgets(500L, 500L, 70L), budgets(500L, 500L), budgets(400L, 600L)))
        .containsExactly(400L, 600L, 70L);
    assertThat(over(budgets(500L), List.of(), budgets(400L)))
        .as("start anew")
        .containsExactly(500L);
  }

  @Test
  void whatIsWrittenDownForOneAloneLeavesNothingTooMuch() {
    List<Promotion> before = budgets(500L, 500L);
    assertThat(over(budgets(400L, 500L), before, budgets(400L, 600L))).containsExactly(400L, 500L);
  }

  @Test
  void moneyThatAnEarlierFileMadeIsTakenBack() {
    List<Promotion> file = budgets(600L, 500L);
    assertThat(over(file, file, budgets(600L, 600L))).containsExactly(600L, 500L);
  }
}
