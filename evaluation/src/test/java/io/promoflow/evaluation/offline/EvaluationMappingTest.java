package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.evaluation.offline.EvaluationMapping.Looks;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import io.promoflow.ingestion.replay.MappingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationMappingTest {
  private static List<String> shipped() {
    return EvaluationMapping.SHIPPED;
  }

  @Test
  void readsWhatColumnsAre() {
    var mapping =
        EvaluationMapping.parse(
            "mine.yaml",
            """
            unit: customer
            variant: arm
            control: none
            weights: [{variant: none, weight: 90}, {variant: mail, weight: 10}]
            metrics:
              - {name: spend, winsorise: 0.99, covariate: before, role: primary}
              - {name: rate, kind: ratio, column: clicks, denominator: views}
              - {name: returns, better: less, role: guardrail, margin: 0.02}
              - {name: slow, kind: quantile, column: millis, quantile: 0.95}
            segments: country
            time: day
            looks: once
            correction: benjamini-hochberg
            minimumDays: 14
            delimiter: ";"
            """);

    assertThat(mapping.rows().unit()).contains("customer");
    assertThat(mapping.weights()).isEqualTo(Map.of("none", 90.0, "mail", 10.0));
    assertThat(mapping.primary().winsorise()).contains(0.99);
    assertThat(mapping.metrics().get(1).kind()).isEqualTo(Kind.RATIO);
    assertThat(mapping.metrics().get(2).direction()).isEqualTo(-1);
    assertThat(mapping.metrics().get(3).quantile()).isEqualTo(0.95);
    assertThat(mapping.rules().looks()).isEqualTo(Looks.ONCE);
    assertThat(mapping.rules().correction()).isEqualTo(MultipleTests.BENJAMINI_HOCHBERG);
    assertThat(mapping.rules().minimumDays()).isEqualTo(14);
  }

  @Test
  void defaultsAreThoseOfTheReadme() {
    var mapping =
        EvaluationMapping.parse(
            "m", "variant: a\ncontrol: c\nmetrics: [{name: spend, role: primary}]");

    assertThat(mapping.primary().columns().value()).isEqualTo("spend");
    assertThat(mapping.primary().kind()).isEqualTo(Kind.MEAN);
    assertThat(mapping.rules())
        .isEqualTo(
            new EvaluationMapping.Rules(
                Looks.ANYTIME, 0.05, MultipleTests.HOLM, 1000, 0.01, 1000, 100, 7, 0.02, 0.8, 0.1));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void shippedMappingsAreWhole(String name) {
    assertThat(EvaluationMapping.load(name).name()).isEqualTo(name);
    assertThat(EvaluationMapping.load(name).description()).isNotBlank();
  }

  /** File, line, key, rule and value; the line is the fourth. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "varient: x                  | bad.yaml:4: varient: unknown key; did you mean variant?",
        "alpha: 0.5                  | bad.yaml:4: alpha: must be a number from 0.000001 to 0.49, is '0.5'",
        "looks: twice                | bad.yaml:4: looks: must be one of [ONCE, ANYTIME], is 'twice'",
        "minimumDays: 3              | bad.yaml:4: minimumDays: needs a time, is '3'",
        "segments: [arm]             | bad.yaml:4: segments: must not name the column of the variant, is 'arm'",
        "weights: [{variant: x, weight: 1}] | bad.yaml:4: weights: must have the control, is 'c'",
        "weights: [{variant: c}]     | bad.yaml:4: weights[0].weight: must be given",
        "weights: [{variant: c, weight: 0}] | bad.yaml:4: weights: must not all be 0",
        "units: n                    | bad.yaml:3: metrics[0].squares: must be given"
      })
  void wrongKeysAreNamed(String line, String problem) {
    String good = "variant: arm\ncontrol: c\nmetrics: [{name: spend, role: primary}]\n";
    assertThatThrownBy(() -> EvaluationMapping.parse("bad.yaml", good + line))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: x, kind: ratio                     | metrics[1].denominator: must be given",
        "name: x, denominator: d                  | metrics[1].denominator: belongs to kind ratio, is 'd'",
        "name: x, kind: quantile                  | metrics[1].quantile: must be given",
        "name: x, kind: proportion, winsorise: .9 | metrics[1].winsorise: belongs to means of single units, is '.9'",
        "name: x, kind: ratio, denominator: d, covariate: b | metrics[1].covariate: belongs to means and proportions",
        "name: x, margin: 0.1                     | metrics[1].margin: belongs to role guardrail, is '0.1'",
        "name: x, role: guardrail                 | metrics[1].margin: must be given",
        "name: x, squares: x2                     | metrics[1].squares: belongs to means and ratios of rows with units",
        "name: x, role: primary                   | metrics: must have exactly one with role primary, is '[spend, x]'",
        "name: spend                              | metrics: must not name a metric twice, is 'spend'"
      })
  void wrongMetricsAreNamed(String metric, String problem) {
    String yaml =
        "variant: arm\ncontrol: c\nmetrics:\n- {name: spend, role: primary}\n- {" + metric + "}";
    assertThatThrownBy(() -> EvaluationMapping.parse("bad.yaml", yaml))
        .hasMessageContaining(problem);
  }

  @Test
  void readsFactorsAndTheWeightsOfTheirCombinations() {
    var mapping =
        EvaluationMapping.parse(
            "m",
            """
            factors:
              - {column: mail, control: none, weights: [{level: none, weight: 1}, {level: html, weight: 3}]}
              - {column: price, control: old, weights: [{level: old, weight: 5}, {level: new, weight: 5}]}
            metrics: [{name: spend, role: primary}]
            """);
    assertThat(mapping.factors()).extracting(Factor::column).containsExactly("mail", "price");
    assertThat(mapping.control()).isEqualTo("mail=none, price=old");
    assertThat(mapping.weights())
        .isEqualTo(
            Map.of(
                "mail=none, price=old", 5.0,
                "mail=none, price=new", 5.0,
                "mail=html, price=old", 15.0,
                "mail=html, price=new", 15.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[{column: a, control: x}] | bad.yaml:2: factors: must list at least two; for a single one give variant, is '1'",
        "[{column: a, control: x}, {column: a, control: x}] | factors[1].column: must not be given twice, is 'a'",
        "[{column: a}, {column: b, control: x}] | factors[0].control: must be given",
        "[{control: x}, {column: b, control: x}] | factors[0].column: must be given",
        "[{column: a, control: x, level: y}, {column: b, control: x}] | factors[0].level: unknown key",
        "[{column: a, control: x}, {column: land, control: x}] | segments: must not name a factor, is 'land'",
        "[{column: a, control: x, weights: [{level: y, weight: 1}]}, {column: b, control: x}] | factors[0].weights: must have the control, is 'x'",
        "[{column: a, control: x, weights: [{level: x, weight: 1}]}, {column: b, control: x}] | factors: must give weights to all of them or to none, which these lack, is '[b]'",
        "[{column: a, control: x, weights: [{level: x, weight: 0}]}, {column: b, control: x}] | factors[0].weights[0].weight: must be above 0; leave a level out that nobody gets, is '0.0'",
        "[{column: a, control: x, weights: [{level: x, weight: 1}, {level: x, weight: 1}]}, {column: b, control: x}] | factors[0].weights[1].level: must not be given twice, is 'x'",
        "[{column: a, control: x, weights: [{level: x}]}, {column: b, control: x}] | factors[0].weights[0].weight: must be given"
      })
  void wrongFactorsAreNamed(String factors, String problem) {
    String yaml =
        "metrics: [{name: spend, role: primary}]\nfactors: " + factors + "\nsegments: land\n";
    assertThatThrownBy(() -> EvaluationMapping.parse("bad.yaml", yaml))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "variant: arm | variant: must not be given together with factors, is 'arm'",
        "control: off | control: must not be given together with factors, is 'off'",
        "weights: [{variant: a, weight: 1}] | weights: must not be given together with factors"
      })
  void factorsAreInsteadOfAVariant(String line, String problem) {
    String good =
        """
        metrics: [{name: spend, role: primary}]
        factors: [{column: a, control: x}, {column: b, control: x}]
        """;
    assertThatThrownBy(() -> EvaluationMapping.parse("bad.yaml", good + line))
        .hasMessageContaining("bad.yaml:3: " + problem);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> EvaluationMapping.parse("bad.yaml", "alpha: 2\npower: no"))
        .hasMessageContaining("variant: must be given")
        .hasMessageContaining("control: must be given")
        .hasMessageContaining("bad.yaml:1: alpha")
        .hasMessageContaining("bad.yaml:2: power")
        .hasMessageContaining("metrics: must list at least one metric");
  }

  @Test
  void unknownNameListsTheShippedOnes() {
    assertThatThrownBy(() -> EvaluationMapping.load("no-such"))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no-such")
        .hasMessageContaining("hillstrom");
  }
}
