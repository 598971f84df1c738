package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.serving.ConditionField;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The README shows a file that can be applied, and tells every word that a file may hold. */
class RulesInReadmeTest {
  private static final String README = readme();

  private static String readme() {
    try {
      return Files.readString(Path.of("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstFile() {
    String rules = README.split("\n## Rules\n", -1)[1];
    return rules.split("```yaml\n", -1)[1].split("```", -1)[0];
  }

  @Test
  void theFileOfTheReadmeIsGood() {
    RuleFile file = RuleFile.parse("README.md", firstFile());
    assertThat(file.promotions()).isNotEmpty();
    assertThat(file.experiments()).isNotEmpty();
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(RuleSchema.json());
    assertThat(schema.validate(firstFile(), InputFormat.YAML)).isEmpty();
  }

  @Test
  void everyWordOfAFileIsTold() {
    var words = new TreeSet<String>();
    collect(RuleShapes.FILE, words);
    for (ConditionField field : ConditionField.values()) {
      words.add(field.word());
      List<String> known = field.known();
      if (!known.isEmpty()) { // such as MONDAY to SUNDAY
        words.add(known.get(0));
        words.add(known.get(known.size() - 1));
      }
    }
    assertThat(words).contains("zone", "valueCents", "categories", "SUNDAY");
    Set<String> told = Set.copyOf(Arrays.asList(README.split("[^A-Za-z0-9_]+", -1)));
    words.removeAll(told);
    assertThat(words).as("not told").isEmpty();
  }

  private static void collect(Shape shape, Set<String> words) {
    for (Key key : shape.keys()) {
      words.add(key.name());
      if (key.kind() == Key.Kind.CONSTANT) {
        words.addAll(key.constants());
      }
      if (key.shape() != null) {
        collect(key.shape(), words);
      }
    }
  }

  /** Of what was open to the shopper the candidates tell, of the rest letters. */
  @Test
  void everyLossIsTold() {
    Set<Loss> ofOpenOnes =
        EnumSet.of(
            Loss.BUDGET_SPENT,
            Loss.OUT_OF_STOCK,
            Loss.PACED,
            Loss.NO_LEASE,
            Loss.NOT_WORTH_ITS_COST,
            Loss.LOWER_SCORE,
            Loss.NOT_DRAWN);
    for (Loss loss : Loss.values()) {
      assertThat(README)
          .contains(
              ofOpenOnes.contains(loss) ? "`" + loss + "`" : "`" + loss.letter() + "` " + loss);
    }
    assertThat(README).contains("`" + Loss.OPEN + "` open");
  }
}
