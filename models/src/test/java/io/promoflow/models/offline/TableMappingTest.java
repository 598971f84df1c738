package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.trainer.Imputation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TableMappingTest {
  private static List<String> shipped() {
    return TableMapping.SHIPPED;
  }

  @Test
  void readsWhatColumnsAre() {
    TableMapping mapping =
        TableMapping.parse(
            "mine.yaml",
            """
            label: bought
            positive: ["yes", "sure"]
            numeric: [age, spend]
            categorical: "*"
            ignore: id
            weights: times
            treatment: arm
            control: none
            missing: NA
            delimiter: ";"
            imputation: median
            levels: 3
            standardise: false
            """);

    assertThat(mapping.name()).isEqualTo("mine.yaml");
    assertThat(mapping.label().orElseThrow().positive()).containsExactlyInAnyOrder("yes", "sure");
    assertThat(mapping.numeric()).containsExactly("age", "spend");
    assertThat(mapping.categorical()).containsExactly(TableMapping.ALL);
    assertThat(mapping.treatment().orElseThrow().control()).isEqualTo("none");
    assertThat(mapping.treatment().orElseThrow().treated()).isEmpty();
    assertThat(mapping.delimiter()).isEqualTo(';');
    assertThat(mapping.preparation().imputation()).isEqualTo(Imputation.MEDIAN);
    assertThat(mapping.preparation().mostLevels()).isEqualTo(3);
    assertThat(mapping.preparation().standardise()).isFalse();
  }

  @Test
  void defaultsAreThoseOfTheReadme() {
    TableMapping mapping = TableMapping.parse("m", "numeric: '*'");

    assertThat(mapping.label()).isEmpty();
    assertThat(mapping.delimiter()).isEqualTo(',');
    assertThat(mapping.preparation().mostLevels()).isEqualTo(12);
    assertThat(mapping.preparation().standardise()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void shippedMappingsAreWhole(String name) {
    assertThat(TableMapping.load(name).name()).isEqualTo(name);
    assertThat(TableMapping.load(name).description()).isNotBlank();
  }

  /** File, line, key, rule and value. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lable: x                        | bad.yaml:2: lable: unknown key; did you mean label?",
        "levels: many                    | bad.yaml:2: levels: must be a whole number from 1 to 1000, is 'many'",
        "imputation: mode                | bad.yaml:2: imputation: must be one of [MEAN, MEDIAN], is 'mode'",
        "standardise: maybe              | bad.yaml:2: standardise: must be true or false, is 'maybe'",
        "delimiter: ab                   | bad.yaml:2: delimiter: must be one character, is 'ab'",
        "positive: x                     | bad.yaml:2: positive: needs a label",
        "control: x                      | bad.yaml:2: control: needs a treatment, is 'x'",
        "treatment: x                    | bad.yaml:1: control: must be given",
        "label: a                        | bad.yaml:1: numeric: must not name a column that is under label already, is 'a'",
        "categorical: [b, '*']           | bad.yaml:2: categorical: must be names or * alone"
      })
  void wrongKeysAreNamed(String line, String problem) {
    assertThatThrownBy(() -> TableMapping.parse("bad.yaml", "numeric: [a]\n" + line))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> TableMapping.parse("bad.yaml", "levels: 0\nstandardise: 2"))
        .hasMessageContaining("bad.yaml:1: levels")
        .hasMessageContaining("bad.yaml:2: standardise")
        .hasMessageContaining("numeric: must name columns, or * for all");
  }

  @Test
  void unknownNameListsTheShippedOnes() {
    assertThatThrownBy(() -> TableMapping.load("no-such"))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no-such")
        .hasMessageContaining("hillstrom");
  }
}
