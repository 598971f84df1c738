package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Budgets of three promotions, a, b and c, under a file. */
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
    return MovedBudgets.lasting(file, before, live).over(file).stream()
        .map(Promotion::budgetCents)
        .toList();
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
