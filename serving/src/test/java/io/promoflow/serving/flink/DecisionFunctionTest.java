package io.promoflow.serving.flink;

import static io.promoflow.ingestion.schema.ShopEventType.ADDED_TO_CART;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.PRODUCT_VIEWED;
import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.BOB;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.event;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.CapStory;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.ledger.OpenLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecisionFunctionTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Map<String, String> PLACES =
      Map.of("kafka.bootstrap-servers", "none", "postgres.url", "none");

  private final RuleSet tenOff = rules(1, List.of(percentOff("ten-off", 10)), List.of());
  private Harness job;

  @BeforeEach
  void open() throws Exception {
    job = harness("CART_ADD,ABANDONED_CART", Awaited.ANY_RULES);
  }

  @AfterEach
  void close() throws Exception {
    job.close();
  }

  @Test
  void cartAddIsDecidedAtOnceWithTheValueOfTheWholeCart() throws Exception {
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(5), "tea-2", 500));
    assertThat(job.decisions()).extracting(Decision::cartCents).containsExactly(1000L, 1500L);
    assertThat(job.decisions()).extracting(Decision::trigger).containsOnly(Trigger.CART_ADD);
    assertThat(job.decisions().get(0).decisionId())
        .isEqualTo(DecisionRequest.decisionId("e1", Trigger.CART_ADD));
  }

  @Test
  void aCartWithoutAnOrderForAnHourIsDecidedOnce() throws Exception {
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.eventTime(NOON.plus(HOUR).minusMillis(1));
    assertThat(job.of(Trigger.ABANDONED_CART)).isEmpty();
    job.eventTime(NOON.plus(HOUR));
    job.eventTime(NOON.plus(HOUR).plus(HOUR));
    assertThat(job.of(Trigger.ABANDONED_CART)).hasSize(1);
    Decision abandoned = job.of(Trigger.ABANDONED_CART).get(0);
    assertThat(abandoned.requestId()).isEqualTo("e1");
    assertThat(abandoned.at()).isEqualTo(NOON.plus(HOUR));
    assertThat(abandoned.cartCents()).isEqualTo(1000);
  }

  @Test
  void anOrderInTimeKeepsTheCartFromBeingAbandoned() throws Exception {
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.send(event("e2", ORDER_PLACED, ADA, NOON.plusSeconds(60), "tea-1", 1000));
    job.eventTime(NOON.plus(HOUR).plus(HOUR));
    assertThat(job.of(Trigger.ABANDONED_CART)).isEmpty();
  }

  @Test
  void abandonmentComesOutTheSameWhetherTimerOrNextEventIsSeenFirst() throws Exception {
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plus(HOUR).plusSeconds(1), "tea-2", 500));
    List<Decision> eventFirst = job.of(Trigger.ABANDONED_CART);
    job.close();

    job = harness("CART_ADD,ABANDONED_CART", Awaited.ANY_RULES);
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.eventTime(NOON.plus(HOUR));
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plus(HOUR).plusSeconds(1), "tea-2", 500));
    assertThat(job.of(Trigger.ABANDONED_CART)).isEqualTo(eventFirst).hasSize(1);
  }

  @Test
  void aRepeatedEventNeitherDecidesNorFillsTheCartAgain() throws Exception {
    job.learn(tenOff);
    ShopEvent add = event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000);
    job.send(add);
    job.send(add);
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    assertThat(job.decisions()).extracting(Decision::cartCents).containsExactly(1000L, 2000L);
  }

  @Test
  void featuresAreTheNewestThatStoodAtTheMoment() throws Exception {
    job.learn(tenOff);
    job.send(row(ADA, NOON.minus(HOUR), 1));
    job.send(row(ADA, NOON, 2));
    job.send(row(ADA, NOON.plus(HOUR), 3));
    job.send(event("e1", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    job.send(event("e2", ADDED_TO_CART, BOB, NOON.plusSeconds(1), "tea-1", 1000));
    assertThat(job.decisions()).extracting(Decision::featuresAsOf).containsExactly(NOON, null);
  }

  @Test
  void theMemberPriceIsForTheLevelOfTheRowOrOfTheEvent() throws Exception {
    var gold = new Promotion.Terms(8.0, null, null, null, null, null, "gold");
    generous();
    job.learn(rules(1, List.of(promotion("gold", PromotionKind.MEMBER_PRICE, gold)), List.of()));
    job.send(new FeatureRow(ADA, NOON.minus(HOUR), Map.of(), Map.of("member_level", "gold"), "f1"));
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 10_000));
    job.send(told(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 10_000), "none"));
    job.send(event("e3", ADDED_TO_CART, BOB, NOON, "tea-1", 10_000));
    job.send(told(event("e4", ADDED_TO_CART, BOB, NOON.plusSeconds(1), "tea-1", 10_000), "gold"));
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactly("gold", null, null, "gold");
  }

  private static ShopEvent told(ShopEvent e, String level) {
    return new ShopEvent(
        e.eventId(),
        e.type(),
        e.shopperId(),
        e.sessionId(),
        e.at(),
        e.productId(),
        e.category(),
        e.brand(),
        e.quantity(),
        e.unitPriceCents(),
        e.discountCents(),
        e.currency(),
        e.orderId(),
        e.promotionId(),
        e.decisionId(),
        e.query(),
        e.rating(),
        e.text(),
        e.dwellMillis(),
        level,
        null);
  }

  @Test
  void rowsThatNoMomentCanUseAnyMoreAreForgotten() throws Exception {
    job.learn(tenOff);
    job.eventTime(NOON);
    for (int hours = 50; hours >= 0; hours--) {
      job.send(row(ADA, NOON.minus(Duration.ofHours(hours)), hours));
    }
    job.send(event("e1", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    job.send(event("late", ADDED_TO_CART, ADA, NOON.minus(HOUR), "tea-1", 1000));
    job.send(event("later", ADDED_TO_CART, ADA, NOON.minus(HOUR.multipliedBy(2)), "tea-1", 1000));
    assertThat(job.decisions())
        .extracting(Decision::featuresAsOf)
        .containsExactly(NOON, NOON.minus(HOUR), null);
  }

  @Test
  void eventsBeforeTheFirstRulesWaitAndAreThenDecidedInOrder() throws Exception {
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    job.processingTime(1_000);
    assertThat(job.decisions()).isEmpty();
    job.learn(tenOff);
    job.processingTime(2_000);
    assertThat(job.decisions()).extracting(Decision::requestId).containsExactly("e1", "e2");
    assertThat(job.decisions()).extracting(Decision::ruleVersion).containsOnly(1L);
  }

  @Test
  void aFreshJobWaitsForTheRulesThatItsTopicHeld() throws Exception {
    job.close();
    job = harness("CART_ADD", new Awaited(2, new TreeMap<>(Map.of("segments", NOON))));
    job.learn(tenOff);
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    assertThat(job.decisions()).isEmpty();
    job.learn(rules(2, tenOff.promotions(), List.of()));
    job.broadcast(Guidance.of(Cast.segments()));
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    assertThat(job.decisions()).extracting(Decision::requestId).containsExactly("e1", "e2");
    assertThat(job.decisions()).extracting(Decision::ruleVersion).containsOnly(2L);
  }

  @Test
  void anOlderRuleVersionNeverReplacesANewerOne() throws Exception {
    job.learn(rules(7, tenOff.promotions(), List.of()));
    job.learn(rules(6, List.of(), List.of()));
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    assertThat(job.decisions()).extracting(Decision::ruleVersion).containsExactly(7L);
  }

  @Test
  void theCapOfAShopperHoldsAcrossDecisionsAndARestart() throws Exception {
    var capped = promotion("once", PromotionKind.PERCENT_OFF, percent(10), List.of(), 1);
    var always = experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "once"));
    job.learn(rules(1, List.of(capped), List.of(always)));
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.restart();
    job.send(event("e2", ADDED_TO_CART, ADA, NOON.plusSeconds(1), "tea-1", 1000));
    job.send(event("e3", ADDED_TO_CART, BOB, NOON.plusSeconds(1), "tea-1", 1000));
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactly("once", null, "once");
  }

  @Test
  void aCapOverAPeriodHoldsForThePeriod() throws Exception {
    assertTold(CapStory.ofAPromotion());
  }

  @Test
  void theLargestCapOverAPeriodHoldsAsWell() throws Exception {
    assertTold(CapStory.ofTheLargestCap());
  }

  @Test
  void contactCapsHoldForEverythingAndForACampaign() throws Exception {
    assertTold(CapStory.ofContacts());
  }

  @Test
  void contactCapsHoldForWhatTheRulesNoLongerHave() throws Exception {
    assertTold(CapStory.ofAReplacedPromotion());
  }

  private static RuleSet fiveADay(Integer cap) {
    var capped = promotion("once", PromotionKind.PERCENT_OFF, percent(10), List.of(), cap);
    return new RuleSet(
        1,
        "ada",
        "",
        NOON,
        null,
        List.of(capped),
        List.of(experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "once"))),
        List.of(new ContactCap(null, 5, Duration.ofDays(1).toMillis())));
  }

  private static ToldOffer told(String decisionId, Instant at) {
    return new ToldOffer(ADA, decisionId, "once", at.toEpochMilli());
  }

  private void decidingOnCartAdds() throws Exception {
    job.close();
    job = harness("CART_ADD", Awaited.ANY_RULES);
  }

  private void add(String id, String shopper, Instant at) throws Exception {
    job.send(event(id, ADDED_TO_CART, shopper, at, "tea-1", 1_000));
  }

  @Test
  void whatServersOfferedCountsAgainstContactCaps() throws Exception {
    decidingOnCartAdds();
    job.learn(fiveADay(null));
    for (int i = 5; i > 0; i--) {
      job.send(told("d-server" + i, NOON.minusSeconds(i)));
    }
    job.restart();
    add("e1", ADA, NOON);
    add("e2", BOB, NOON);
    add("e3", ADA, NOON.plus(Duration.ofDays(1)).minusSeconds(5)); // the sixth within a day
    add("e4", ADA, NOON.plus(Duration.ofDays(1)).minusSeconds(4));
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactly(null, "once", null, "once");
  }

  @Test
  void theJobsOwnOffersThatComeBackCountOnce() throws Exception {
    job.learn(fiveADay(2));
    add("e1", ADA, NOON);
    job.send(told(job.decisions().get(0).decisionId(), NOON));
    add("e2", ADA, NOON.plusSeconds(1));
    job.restart();
    job.send(told(job.decisions().get(1).decisionId(), NOON.plusSeconds(1)));
    add("e3", ADA, NOON.plusSeconds(2));
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactly("once", "once", null);
  }

  /** After a restart the log is read again from the checkpoint on, as the events are. */
  @Test
  void whatIsDecidedAgainComesOutTheSameThoughTheLogTellsItFirst() throws Exception {
    job.learn(fiveADay(2));
    Instant later = NOON.plusSeconds(1);
    job.send(told(DecisionRequest.decisionId("e1", Trigger.CART_ADD), NOON));
    job.send(told(DecisionRequest.decisionId("e2", Trigger.CART_ADD), later));
    add("e1", ADA, NOON);
    add("e2", ADA, later);
    add("e3", ADA, NOON.plusSeconds(2));
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactly("once", "once", null);
  }

  /** An id that many people share, in a shop that sends no events. */
  @Test
  void noMoreThanSomeOffersWaitForTheirMoment() throws Exception {
    decidingOnCartAdds();
    job.learn(fiveADay(null));
    long began = System.nanoTime();
    for (int i = 0; i < 50_000; i++) {
      job.send(told("d-server" + i, NOON.plusSeconds(i)));
    }
    assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(20_000_000_000L);
    add("e1", ADA, NOON.plus(HOUR));
    assertThat(job.decisions()).extracting(Decision::promotionId).containsExactly((String) null);
  }

  @Test
  void offersOfALaterMomentDoNotCountYet() throws Exception {
    decidingOnCartAdds();
    job.learn(fiveADay(2));
    job.send(told("d-server1", NOON.plus(HOUR)));
    job.send(told("d-server2", NOON.plus(HOUR)));
    add("e1", ADA, NOON);
    add("e2", ADA, NOON.plus(HOUR).plusMillis(1));
    assertThat(job.decisions()).extracting(Decision::promotionId).containsExactly("once", null);
  }

  /** Halfway the job is killed and goes on from its checkpoint. */
  private void assertTold(CapStory story) throws Exception {
    generous();
    job.learn(story.rules());
    int number = 0;
    for (CapStory.Step step : story.steps()) {
      if (step.from() != null) {
        job.learn(step.from());
      }
      job.send(event("e" + number++, ADDED_TO_CART, ADA, step.at(), "tea-1", 10_000));
      if (number == story.steps().size() / 2) {
        job.restart();
      }
    }
    assertThat(job.decisions())
        .extracting(Decision::promotionId)
        .containsExactlyElementsOf(story.steps().stream().map(CapStory.Step::offered).toList());
  }

  @Test
  void aRestartKeepsCartTimerFeaturesAndRules() throws Exception {
    job.learn(tenOff);
    job.send(row(ADA, NOON.minus(HOUR), 1));
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.restart();
    job.send(event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 1000));
    job.eventTime(NOON.plus(HOUR));
    assertThat(job.decisions()).hasSize(2);
    Decision abandoned = job.of(Trigger.ABANDONED_CART).get(0);
    assertThat(abandoned.cartCents()).isEqualTo(1000);
    assertThat(abandoned.featuresAsOf()).isEqualTo(NOON.minus(HOUR));
  }

  @Test
  void aVisitIsTheFirstEventAfterHalfAnHourOfSilence() throws Exception {
    job.close();
    job = harness("VISIT", Awaited.ANY_RULES);
    job.learn(tenOff);
    job.send(event("e1", PRODUCT_VIEWED, ADA, NOON));
    job.send(event("e2", PRODUCT_VIEWED, ADA, NOON.plusSeconds(1_800)));
    job.send(event("e3", PRODUCT_VIEWED, ADA, NOON.plusSeconds(3_601)));
    assertThat(job.decisions()).extracting(Decision::requestId).containsExactly("e1", "e3");
  }

  /** Takes promotions to work so well that they are worth their cost. */
  private void generous() throws Exception {
    job.close();
    var settings =
        Settings.of(PLACES)
            .with(Map.of("serving.triggers", "CART_ADD", "serving.assumed-lift", "0.5"));
    job = new Harness(ServingOptions.from(settings), Awaited.ANY_RULES);
  }

  private static Harness harness(String triggers, Awaited awaited) throws Exception {
    var settings = Settings.of(PLACES).with(Map.of("serving.triggers", triggers));
    return new Harness(ServingOptions.from(settings), awaited);
  }

  /** The operator with its state, driven by hand. */
  private static final class Harness {
    private final ServingOptions options;
    private final Awaited awaited;
    private final List<Decision> before = new ArrayList<>();
    private KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision> operator;

    Harness(ServingOptions options, Awaited awaited) throws Exception {
      this.options = options;
      this.awaited = awaited;
      this.operator = operator(null);
    }

    private KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision> operator(
        OperatorSubtaskState state) throws Exception {
      var made =
          new KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision>(
              new CoBroadcastWithKeyedOperator<>(
                  new DecisionFunction(options, awaited, () -> OpenLedger.INSTANCE),
                  List.of(
                      DecisionFunction.RULES,
                      DecisionFunction.MODELS,
                      DecisionFunction.PRICES,
                      DecisionFunction.OPEN)),
              ShopperInput::shopperId,
              Types.STRING,
              1,
              1,
              0);
      made.getExecutionConfig()
          .configure(
              new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
              getClass().getClassLoader());
      if (state != null) {
        made.initializeState(state);
      }
      made.open();
      made.processBroadcastWatermark(Watermark.MAX_WATERMARK);
      return made;
    }

    void learn(RuleSet rules) throws Exception {
      broadcast(Guidance.of(rules));
    }

    void broadcast(Guidance guidance) throws Exception {
      operator.processBroadcastElement(guidance, 0);
    }

    void send(ShopEvent event) throws Exception {
      operator.processElement(ShopperInput.of(event), event.at().toEpochMilli());
    }

    void send(FeatureRow row) throws Exception {
      operator.processElement(ShopperInput.of(row), row.asOf().toEpochMilli());
    }

    void send(ToldOffer offer) throws Exception {
      operator.processElement(ShopperInput.of(offer), offer.at());
    }

    void eventTime(Instant at) throws Exception {
      operator.processWatermark(new Watermark(at.toEpochMilli()));
    }

    void processingTime(long millis) throws Exception {
      operator.setProcessingTime(millis);
    }

    void restart() throws Exception {
      before.addAll(operator.extractOutputValues());
      OperatorSubtaskState state = operator.snapshot(1, 1);
      operator.close();
      operator = operator(state);
    }

    List<Decision> decisions() {
      var all = new ArrayList<>(before);
      all.addAll(operator.extractOutputValues());
      return all;
    }

    List<Decision> of(Trigger trigger) {
      return decisions().stream().filter(d -> d.trigger() == trigger).toList();
    }

    void close() throws Exception {
      operator.close();
    }
  }
}
