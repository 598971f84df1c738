package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.promoflow.serving.rules.BadRuleFiles.Bad;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The schema that editors get, by a validator that is not ours. */
class RuleSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(RuleSchema.json());

  private static List<Error> errors(String yaml) {
    return SCHEMA.validate(
        yaml,
        InputFormat.YAML,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }

  @Test
  void theSchemaIsASchema() {
    Schema ofSchemas =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}");
    assertThat(ofSchemas.validate(RuleSchema.json(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void editorsOfAnyKindCanReadItsPatterns() {
    assertThat(RuleSchema.json())
        .as("inline flags are no ECMA-262 before 2025")
        .doesNotContain("(?i");
  }

  @Test
  void theExampleThatWeShipIsValid() {
    assertThat(errors(ShippedRules.text())).isEmpty();
    assertThat(errors(RuleFileTest.GOOD)).isEmpty();
  }

  @Test
  void whatTheReaderTakesIsValid() {
    var random = new Random(3);
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      String text = varied(ShippedRules.text(), random);
      if (catchThrowable(() -> RuleFile.parse("varied.yaml", text)) == null) {
        taken++;
        assertThat(errors(text)).as(text).isEmpty();
      }
    }
    assertThat(taken).as("good files").isGreaterThan(100);
  }

  /** Other numbers, and constants written in the other ways that the reader takes. */
  private static String varied(String text, Random random) {
    String numbers =
        replaced(
            text,
            "(?<=(percent|Cents|stock|offers|minimumUnits): )\\d+",
            old ->
                random.nextInt(4) > 0 ? old : "" + (1 + random.nextInt(2 * Integer.parseInt(old))));
    return replaced(
        numbers,
        "(?<=(kind|operator|trigger|couponUse): )[A-Z_]+",
        old ->
            switch (random.nextInt(3)) {
              case 0 -> old.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
              case 1 -> old.charAt(0) + old.substring(1).toLowerCase(java.util.Locale.ROOT);
              default -> old;
            });
  }

  private static String replaced(String text, String pattern, Function<String, String> by) {
    return Pattern.compile(pattern)
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(by.apply(found.group())));
  }

  @Test
  void whatIsWrongByItsFormIsInvalid() {
    var seen = new TreeMap<String, Integer>();
    for (Bad bad : BadRuleFiles.of(ShippedRules.text(), 2_000, new Random(5))) {
      if (bad.bySchema()) {
        assertThat(errors(bad.text())).as(bad.kind() + ":\n" + bad.text()).isNotEmpty();
        seen.merge(bad.kind(), 1, Integer::sum);
      }
    }
    assertThat(seen)
        .containsOnlyKeys("unknown key", "wrong type", "no list", "nothing given", "out of range");
    assertThat(seen.values()).allMatch(count -> count > 5);
  }
}
