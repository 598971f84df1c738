package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservedIdsTest {
  private static final String RULES =
      """
      promotions:
        - {id: PROMOTION, kind: percent-off, terms: {percent: 5}}
      experiments:
        - id: EXPERIMENT
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: give, weight: 0.5, promotions: [PROMOTION]}
      """;

  private static String rules(String promotion, String experiment) {
    return RULES.replace("PROMOTION", promotion).replace("EXPERIMENT", experiment);
  }

  @ParameterizedTest
  @CsvSource({
    "none, x, 'r:2: promotion none: id', there is no promotion",
    "nothing, x, 'r:2: promotion nothing: id', there is no promotion",
    "five, promotion, 'r:4: experiment promotion: id', is the flag",
  })
  void areRefusedInNewFilesAndReadInThoseOfBefore(
      String promotion, String experiment, String place, String rule) {
    String text = rules(promotion, experiment);
    assertThatThrownBy(() -> RuleFile.parse("r", text))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(rule);
    RuleFile before = RuleFile.stored("r", text, Vocabulary.ANYTHING);
    assertThat(before.promotions()).singleElement().matches(one -> one.id().equals(promotion));
    assertThat(before.experiments()).singleElement().matches(one -> one.id().equals(experiment));
  }

  @Test
  void areReservedOnlyWhereTheyMeanSomethingElse() {
    RuleFile file = RuleFile.parse("r", rules("promotion", "none"));
    assertThat(file.promotions()).hasSize(1);
    assertThat(file.experiments()).hasSize(1);
  }
}
