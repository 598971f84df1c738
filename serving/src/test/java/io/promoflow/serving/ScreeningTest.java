package io.promoflow.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.DenseRows;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.scoring.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Screening finds what looking at one promotion after the other finds. */
class ScreeningTest {
  private static final Set<Loss> OF_THE_CHOICE = Set.of(Loss.LOWER_SCORE, Loss.NOT_WORTH_ITS_COST);
  private static final List<Operator> COMPARISONS =
      List.of(Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.EQ);
  private static final int RULE_SETS = 300;
  private static final int QUESTIONS = 40;

  private final DenseRows dense = new DenseRows();
  private final Decider decider = new Decider(Cast.ASSUMED);

  @Test
  void findsTheSameLossesOneByOne() {
    var random = new Random(20_261_124);
    var seen = new EnumMap<Loss, Integer>(Loss.class);
    for (int r = 0; r < RULE_SETS; r++) {
      RuleSet rules = rules(random);
      var screening = new Screening(new CompiledRules(rules));
      for (int q = 0; q < QUESTIONS; q++) {
        DecisionRequest request = request(random, "q" + q);
        FeatureRow row = random.nextInt(8) == 0 ? null : row(random);
        row = row == null || random.nextBoolean() ? row : dense.of(row);
        Scores scores = scores(random);
        Caps caps = caps(random);
        Strategy strategy = strategy(request, rules, scores.segment());
        screening.run(request, row, scores, strategy, new OfferLimits(rules, caps, request.at()));
        Decision inWords = decider.decide(request, row, scores, rules, caps);
        Decision brief = decider.decideBriefly(request, row, scores, rules, caps, null);
        assertThat(brief.promotionId()).isEqualTo(inWords.promotionId());
        assertThat(brief.experimentId()).isEqualTo(inWords.experimentId());
        assertThat(brief.variant()).isEqualTo(inWords.variant());
        assertThat(brief.probability()).isEqualTo(inWords.probability());
        assertThat(brief.expectedCostCents()).isEqualTo(inWords.expectedCostCents());
        assertThat(brief.candidates()).isEqualTo(openOnes(inWords));
        assertThat(brief.triggered()).isEqualTo(inWords.triggered());
        assertThat(LoopHoldout.ID.equals(brief.experimentId()))
            .isEqualTo(Assignment.isHeldOut(rules.holdoutShare(), request.shopperId()));
        for (int i = 0; i < rules.promotions().size(); i++) {
          Loss loss = inWords.candidates().get(i).loss();
          Loss expected = loss == null || OF_THE_CHOICE.contains(loss) ? null : loss;
          char letter = expected == null ? Loss.OPEN : expected.letter();
          assertThat(screening.letters().charAt(i))
              .as("%s of %s for %s, %s, %s", rules.promotions().get(i), rules, request, row, scores)
              .isEqualTo(letter);
          assertThat(brief.losses().charAt(i)).isEqualTo(letter);
          if (expected != null) {
            seen.merge(expected, 1, Integer::sum);
          }
        }
      }
    }
    assertThat(seen)
        .as("every loss was met")
        .containsKeys(
            Loss.HOLDOUT,
            Loss.NOT_IN_VARIANT,
            Loss.OUTSIDE_PERIOD,
            Loss.NOT_ELIGIBLE,
            Loss.NOT_COVERED,
            Loss.BELOW_MINIMUM_SPEND,
            Loss.CAP_REACHED,
            Loss.CONTACT_CAP_REACHED,
            Loss.EXCLUDED_IN_GROUP);
  }

  private static Strategy strategy(DecisionRequest request, RuleSet rules, String segment) {
    double share = rules.holdoutShare();
    return Assignment.isHeldOut(share, request.shopperId())
        ? Strategy.heldOut(share)
        : Strategy.choose(request, rules.experiments(), segment);
  }

  /** Without words, and without those that were not open. */
  private static List<Candidate> openOnes(Decision decision) {
    return decision.candidates().stream()
        .filter(one -> one.costCents() != null)
        .map(
            one ->
                new Candidate(
                    one.promotionId(),
                    one.score(),
                    one.loss(),
                    null,
                    one.costCents(),
                    one.gainCents(),
                    one.use(),
                    one.priceCents()))
        .toList();
  }

  private static RuleSet rules(Random random) {
    var promotions = new ArrayList<Promotion>();
    int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 20);
    for (int i = 0; i < count; i++) {
      promotions.add(promotion("p" + i, random));
    }
    List<Experiment> experiments =
        switch (random.nextInt(3)) {
          case 0 -> List.of();
          case 1 -> List.of(experiment("e"));
          default -> inLayers(random);
        };
    List<ContactCap> contacts =
        random.nextInt(3) == 0
            ? List.of(new ContactCap(random.nextBoolean() ? null : "spring", 2, 3_600_000L))
            : List.of();
    double held = random.nextInt(3) == 0 ? random.nextDouble() : 0;
    return new RuleSet(1, "t", "t", Cast.NOON, null, promotions, experiments, contacts, null, held);
  }

  private static Experiment experiment(String id) {
    return Cast.experiment(
        id, Trigger.VISIT, Cast.control(0.5), Cast.variant("b", 0.5, "p0", "p1"));
  }

  /** Those of the page lie where an earlier change of their shares left them. */
  private static List<Experiment> inLayers(Random random) {
    double first = 0.3 * random.nextDouble();
    List<Experiment> live =
        List.of(in("page", "x", first), in("page", "y", 0.5), in("cart", "z", 0.5));
    List<Experiment> next =
        List.of(in("page", "x", 0.4), in("cart", "z", 0.6), in("page", "y", 0.5));
    return LayerPlaces.placed(next, live, Cast.NOON);
  }

  private static Experiment in(String layer, String id, double share) {
    Experiment plain = experiment(id);
    return new Experiment(
        plain.id(),
        plain.salt(),
        plain.trigger(),
        plain.variants(),
        plain.segmentWeights(),
        plain.segments(),
        plain.segmentRequired(),
        plain.from(),
        plain.until(),
        plain.primaryMetric(),
        plain.guardrails(),
        plain.holdoutShare(),
        plain.policy(),
        plain.status(),
        layer,
        share,
        List.of());
  }

  private static Promotion promotion(String id, Random random) {
    boolean some = random.nextInt(3) == 0;
    PromotionKind kind =
        List.of(
                PromotionKind.PERCENT_OFF,
                PromotionKind.SPEND_X_SAVE_Y,
                PromotionKind.MEMBER_PRICE,
                PromotionKind.BUNDLE,
                PromotionKind.FREE_SHIPPING)
            .get(random.nextInt(5));
    var conditions = new ArrayList<Condition>();
    for (int c = random.nextInt(3); c > 0; c--) {
      conditions.add(condition(random));
    }
    return new Promotion(
        id,
        kind,
        new Terms(
            10.0,
            500L,
            random.nextInt(3) == 0 ? 3_000L : null,
            null,
            null,
            null,
            random.nextBoolean() ? "gold" : "silver"),
        some || kind == PromotionKind.BUNDLE ? List.of("a", "b") : List.of(),
        some ? List.of("tea") : List.of(),
        conditions,
        random.nextInt(5) == 0 ? Cast.NOON : null,
        random.nextInt(5) == 0 ? Cast.NOON.plusSeconds(60) : null,
        null,
        null,
        random.nextInt(4) == 0 ? 1 + random.nextInt(2) : null,
        random.nextInt(3),
        random.nextInt(3) == 0 ? "g" + random.nextInt(2) : null,
        random.nextInt(3) == 0 ? "spring" : null,
        random.nextInt(6) == 0
            ? List.of(new Period(Cast.NOON, null), new Period(null, Cast.NOON.minusSeconds(90)))
            : List.of(),
        List.of("Europe/Berlin", "America/New_York", "UTC").get(random.nextInt(3)),
        random.nextBoolean() ? 7_200_000L : null);
  }

  private static Condition condition(Random random) {
    Operator compare = COMPARISONS.get(random.nextInt(COMPARISONS.size()));
    Operator in = random.nextBoolean() ? Operator.IN : Operator.NOT_IN;
    return switch (random.nextInt(14)) {
      case 0 -> new Condition("segment", in, null, List.of("s1", "s2"));
      case 1 -> new Condition("cart_cents", compare, 500.0 * random.nextInt(9), null);
      case 2 -> new Condition("cart_quantity", compare, 2.0, null);
      case 3 -> new Condition("cart_products", compare, 1.0, null);
      case 4 -> new Condition("cart_product", in, null, List.of("a", "z"));
      case 5 -> new Condition("cart_category", in, null, List.of("tea"));
      case 6 -> new Condition("propensity", compare, 0.5, null);
      case 7 -> new Condition("hour", compare, 12.0, null);
      case 8 -> new Condition("weekday", in, null, List.of("MONDAY", "SUNDAY"));
      case 9 -> new Condition("channel", in, null, List.of("app"));
      case 10 -> new Condition("member_level", in, null, List.of("gold"));
      case 11 -> new Condition("new_shopper", in, null, List.of("true"));
      case 12 -> new Condition("city", in, null, List.of("Ulm"));
      default -> new Condition("orders_7d", compare, random.nextBoolean() ? 0.0 : -0.0, null);
    };
  }

  private static DecisionRequest request(Random random, String id) {
    var lines = new ArrayList<Cart.Line>();
    long total = 0;
    for (int i = random.nextInt(3); i > 0; i--) {
      Long cents = random.nextInt(4) == 0 ? null : (long) random.nextInt(4_000);
      total += cents == null ? 700 : cents;
      lines.add(
          new Cart.Line(
              List.of("a", "b", "c").get(random.nextInt(3)),
              random.nextBoolean() ? "tea" : null,
              1 + random.nextInt(3),
              cents,
              Cast.NOON));
    }
    boolean onlyTold = lines.isEmpty() && random.nextBoolean();
    Instant at = Cast.NOON.plus(Duration.ofMinutes(random.nextInt(20_000) - 10_000L));
    return new DecisionRequest(
        id,
        random.nextBoolean() ? Trigger.VISIT : Trigger.CART_ADD,
        "u" + random.nextInt(50),
        random.nextInt(4) == 0 ? Cast.NOON : at,
        new Cart(onlyTold ? 2_500 : total, lines),
        random.nextBoolean() ? "app" : null);
  }

  private static FeatureRow row(Random random) {
    var values = new HashMap<String, Double>();
    if (random.nextBoolean()) {
      values.put("orders_7d", random.nextInt(3) - 1.0);
    }
    if (random.nextBoolean()) {
      values.put("days_since_last_order", 3.0);
    }
    Map<String, String> categories = new HashMap<>();
    if (random.nextBoolean()) {
      categories.put("member_level", random.nextBoolean() ? "gold" : "silver");
    }
    if (random.nextBoolean()) {
      categories.put("city", random.nextBoolean() ? "Ulm" : "Rom");
    }
    return new FeatureRow("u", Cast.NOON, values, categories, "f1");
  }

  private static Scores scores(Random random) {
    return new Scores(
        random.nextInt(4) == 0 ? null : "s" + random.nextInt(4),
        random.nextInt(4) == 0 ? null : random.nextInt(5) / 4.0,
        List.of(),
        Map.of());
  }

  /** Also of what the rules do not have. */
  private static Caps caps(Random random) {
    int offered = random.nextInt(3);
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < 20; i += 2) {
      counts.put("p" + i, random.nextInt(4) == 0 ? offered : 0);
    }
    return new RememberedOffers(counts, Map.of());
  }
}
