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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** What a key may hold and what not: editors and reader say the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // texts without quotes
        "products: []|products: [22423]|true",
        "products: []|products: [true, 1.5, tea]|true",
        "products: []|products: [\" \"]|false",
        "products: []|products: [[tea]]|false",
        "values: [s1]|values: [true]|true",
        "values: [s1]|values: [\"\"]|false",
        "stackingGroup: main|stackingGroup: 7|true",
        "stackingGroup: main|stackingGroup: true|true",
        "stackingGroup: main|stackingGroup: \" \"|false",
        "stackingGroup: main|stackingGroup: [main]|false",
        "salt: cart-discount-1|salt: 20260108|true",
        "primaryMetric: profit|primaryMetric: \" \"|false",
        // keys with nothing behind them
        "products: []|products:|true",
        "priority: 10|priority:|true",
        "from: 2026-01-05T00:00:00Z|from:|true",
        "from: 2026-01-05T00:00:00Z|from: ~|true",
        "segmentRequired: true|segmentRequired: null|true",
        "guardrails: [{metric: orders, margin: 0.2}]|guardrails:|true",
        "policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, perSegment: true, alpha: 0.05}|policy:|true",
        "kind: percent-off|kind:|false",
        "terms: {percent: 10, maxDiscountCents: 2000}|terms:|false",
        "trigger: CART_ADD|trigger:|false",
        "primaryMetric: profit|primaryMetric:|false",
        // moments
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00Z|true",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00+01:00|true",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05t00:00:00.123456789z|true",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00:00-18:00|true",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00:00-18:30|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T24:00:00Z|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00:60Z|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-13-05T00:00:00Z|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-32T00:00:00Z|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05T00:00:00|false",
        "from: 2026-01-05T00:00:00Z|from: 2026-01-05|false",
        // lengths of time
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: P7D|true",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: p1dt10h|true",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: PT0.001S|true",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: PT10.0005S|true",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: PT0.0001S|false",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: PT0S|false",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: P0D|false",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: P0DT0H|false",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: P1DT|false",
        "perShopperCap: 3|perShopperCap: 3, perShopperCapPer: P|false",
        // numbers
        "perShopperCap: 3|perShopperCap: 3.0|true",
        "maxDiscountCents: 2000|maxDiscountCents: 2000.00|true",
        "perShopperCap: 3|perShopperCap: 3.5|false",
        "perShopperCap: 3|perShopperCap: 0|false",
        "perShopperCap: 3|perShopperCap: many|false",
        "percent: 10|percent: 10.5|true",
        // what kinds ask for
        "kind: percent-off|kind: flash-sale, stock: 5|true",
        "kind: percent-off|kind: flash-sale|false",
        "kind: percent-off|kind: Flash_Sale, stock:|false",
        "terms: {percent: 10, maxDiscountCents: 2000}|terms: {amountCents: 5, giftProductId: 7}, kind: gift, stock: 5|true",
        "terms: {percent: 10, maxDiscountCents: 2000}|terms: {amountCents: 5, giftProductId: 7}, kind: gift|false",
      })
  void readerAndSchemaTakeTheSame(String good, String other, boolean taken) {
    String text = RuleFileTest.GOOD;
    if (other.contains("kind: gift")) {
      text = text.replace("    kind: percent-off\n", "");
    }
    String varied = text.replace(good, other.replaceAll(", (?=[a-zA-Z]+:(?! *[^,]*}))", "\n    "));
    assertThat(varied).isNotEqualTo(text);
    assertThat(catchThrowable(() -> RuleFile.parse("varied.yaml", varied)) == null)
        .as("taken by the reader:\n" + varied)
        .isEqualTo(taken);
    assertThat(errors(varied).isEmpty()).as("by the schema:\n" + varied).isEqualTo(taken);
  }

  @Test
  void aFileWithoutOneOfItsListsIsValid() {
    String text = RuleFileTest.GOOD.replaceAll("(?s)experiments:.*", "experiments:\n");
    assertThat(RuleFile.parse("r", text).experiments()).isEmpty();
    assertThat(errors(text)).isEmpty();
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
