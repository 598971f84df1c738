package io.promoflow.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table says what the conditions say one by one, also where it is too large to be made. */
class RuledOutTest {
  private static final List<Operator> COMPARISONS =
      List.of(Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.EQ);

  @ParameterizedTest
  @ValueSource(ints = {1, 70, 5_000})
  void rulesOutWhatDoesNotHold(int promotions) {
    Map<CompiledCondition, BitSet> having = new LinkedHashMap<>();
    for (int i = 0; i < promotions; i++) {
      Operator operator = COMPARISONS.get(i % COMPARISONS.size());
      Condition one = new Condition("orders", operator, (double) (i - 3), null);
      having.computeIfAbsent(CompiledCondition.of(one, 0), added -> new BitSet()).set(i);
    }
    var ruledOut = new RuledOut(having);
    for (double number :
        new double[] {-1e9, -3, -2.5, -0.0, 0.0, 7, 63.5, promotions, 1e9, Double.NaN}) {
      var expected = new BitSet();
      having.forEach(
          (condition, bits) -> {
            if (!condition.holds(number)) {
              expected.or(bits);
            }
          });
      var found = new BitSet();
      ruledOut.add(number, found);
      assertThat(found).as("at %s", number).isEqualTo(expected);
    }
    var unknown = new BitSet();
    ruledOut.addUnknown(unknown);
    assertThat(unknown.cardinality()).isEqualTo(promotions);
  }
}
