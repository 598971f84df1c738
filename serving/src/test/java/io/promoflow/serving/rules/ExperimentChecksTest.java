package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An experiment whose shoppers all belong to one before it would wait for its first for good. */
class ExperimentChecksTest {
  private static final String VARIANTS =
      "variants: [{id: control, control: true, weight: 0.5}, {id: treated, weight: 0.5, promotions: [ten]}],"
          + " primaryMetric: profit";

  private static String file(String before, String behind) {
    return """
        promotions:
          - {id: ten, kind: percent-off, terms: {percent: 10}}
        experiments:
          - {id: before, %s, %s}
          - {id: behind, %s, %s}
        """
        .formatted(before, VARIANTS, behind, VARIANTS);
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "trigger: VISIT | trigger: VISIT",
        "trigger: VISIT | trigger: VISIT, segments: [s1]",
        "trigger: VISIT, paused: true | trigger: VISIT",
        "trigger: VISIT, segmentRequired: true | trigger: VISIT, segments: [s1]",
        "trigger: VISIT, segmentRequired: true | trigger: VISIT, segmentRequired: true",
        "trigger: VISIT, segments: [s1, s2] | trigger: VISIT, segments: [s2]",
        "trigger: VISIT, from: 2026-05-01T00:00:00Z"
            + " | trigger: VISIT, from: 2026-05-01T00:00:00Z, until: 2026-06-01T00:00:00Z",
        "trigger: VISIT, layer: a, share: 1 | trigger: VISIT, layer: b, share: 0.5",
        "trigger: VISIT | trigger: VISIT, layer: b, share: 0.5",
      })
  void oneThatAnotherLeavesNobodyIsRefused(String before, String behind) {
    assertThatThrownBy(() -> RuleFile.parse("r", file(before, behind)))
        .asInstanceOf(InstanceOfAssertFactories.throwable(RuleFileException.class))
        .satisfies(
            e ->
                assertThat(((RuleFileException) e).problems())
                    .extracting(Object::toString)
                    .containsExactly(
                        "r:5: experiment behind: trigger: is never reached: before (line 4) takes"
                            + " each of its shoppers first; give both a share of a layer"));
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "trigger: VISIT | trigger: CART_ADD",
        "trigger: VISIT, segments: [s1] | trigger: VISIT",
        "trigger: VISIT, segments: [s1] | trigger: VISIT, segments: [s1, s2]",
        "trigger: VISIT, segmentRequired: true | trigger: VISIT",
        "trigger: VISIT, until: 2026-06-01T00:00:00Z | trigger: VISIT",
        "trigger: VISIT, from: 2026-05-01T00:00:00Z"
            + " | trigger: VISIT, from: 2026-04-30T00:00:00Z, until: 2026-06-01T00:00:00Z",
        "trigger: VISIT, layer: a, share: 0.5 | trigger: VISIT, layer: a, share: 0.5",
        "trigger: VISIT, layer: a, share: 0.5 | trigger: VISIT",
      })
  void oneThatSomebodyCanReachIsGood(String before, String behind) {
    assertThat(RuleFile.parse("r", file(before, behind)).experiments()).hasSize(2);
  }

  @Test
  void whatWasInForceBeforeIsStillRead() {
    String text = file("trigger: VISIT", "trigger: VISIT");
    assertThatThrownBy(() -> RuleFile.parse("r", text)).isInstanceOf(RuleFileException.class);
    assertThat(RuleFile.stored("r", text, Vocabulary.shipped()).experiments()).hasSize(2);
  }
}
