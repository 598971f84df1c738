package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.ledger.CouponCodes;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The code that a decision is told with, whether or not the rules of then can be read. */
class WordsTest {
  private static final Settings SETTINGS =
      Settings.of(
          Map.of(
              "kafka.bootstrap-servers",
              "none",
              "postgres.url",
              "none",
              "ingestion.pseudonym.key",
              "a-key-of-this-test-alone"));

  private final RuleSet then = rules(1, List.of(coupon("tea", "TEA")), List.of());
  private final Decision given =
      new Decider(Cast.ASSUMED)
          .decide(
              asks("r1", Trigger.VISIT, ADA, 10_000),
              row(ADA, NOON, 4),
              new Scores("s1", 0.1, List.of(), Map.of()),
              then,
              Caps.NONE);

  private static Promotion coupon(String id, String code) {
    var terms = new Promotion.Terms(5.0, null, null, null, code, null, null);
    return promotion(id, PromotionKind.COUPON, terms);
  }

  private String code(RuleSet current, Optional<RuleSet> older) {
    var topics = ConnectionOptions.from(SETTINGS).topics();
    var knowledge = new Knowledge(topics);
    knowledge.accept(topics.servingRules(), Wire.bytes(current));
    return new Words(knowledge, version -> older, CouponCodes.from(SETTINGS))
        .of(given, null)
        .couponCode();
  }

  @Test
  void theCodeIsThatOfTheRulesInForceWhichARedemptionIsTestedBy() {
    assertThat(given.promotionId()).isEqualTo("tea");
    RuleSet now = rules(2, List.of(coupon("tea", "COFFEE")), List.of());
    assertThat(code(now, Optional.of(then))).isEqualTo("COFFEE");
    assertThat(code(now, Optional.empty())).isEqualTo("COFFEE");
    assertThat(code(then, Optional.empty())).isEqualTo("TEA");
  }

  @Test
  void ofAPromotionThatIsGoneItIsThatOfThenWhileTheLedgerIsAway() {
    RuleSet now = rules(2, List.of(coupon("mug", "MUG")), List.of());
    assertThat(code(now, Optional.of(then))).isEqualTo("TEA");
    assertThat(code(now, Optional.empty())).as("nobody knows it").isNull();
  }
}
