package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.TestLedger;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.UsedBudgets;
import io.promoflow.serving.rules.RulePreview.Move;
import io.promoflow.serving.rules.RulePreview.Preview;
import io.promoflow.serving.scoring.Scores;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RulePreviewTest {
  private static final String BEFORE =
      """
      promotions:
        - {id: ten, kind: percent-off, terms: {percent: 10}}
      experiments:
        - id: everybody
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: ten, control: true, weight: 1, promotions: [ten]}
            - {id: none, weight: 0}
      """;
  private static final String AFTER =
      """
      promotions:
        - id: five
          kind: percent-off
          terms: {percent: 5}
          eligibility: [{field: orders_7d, operator: GE, number: 3}]
          perShopperCap: 1
        - {id: ten, kind: percent-off, terms: {percent: 10}}
      experiments:
        - id: everybody
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: five, control: true, weight: 1, promotions: [five]}
            - {id: none, weight: 0}
      """;
  private static final Scores SCORES = new Scores("s1", 0.1, List.of(), Map.of());

  @RegisterExtension private static final TestLog LOG = new TestLog();

  /** Ada has four orders and is asked about twice, Bob has none; a shopper without features. */
  private static List<Decision> logged() throws Exception {
    var decider = new Decider(Cast.ASSUMED);
    var scores = new Scores("s1", 0.1, List.of(), Map.of());
    RuleSet rules = rules(1, BEFORE);
    var decisions = new ArrayList<Decision>();
    for (String shopper : List.of(Cast.ADA, Cast.ADA, Cast.BOB, "k1.eve")) {
      FeatureRow row =
          shopper.equals("k1.eve")
              ? null
              : Cast.row(shopper, Cast.NOON, shopper.equals(Cast.ADA) ? 4 : 0);
      String request = "r" + decisions.size();
      decisions.add(
          decider.decideBriefly(
              Cast.asks(request, Trigger.VISIT, shopper, 10_000),
              row,
              scores,
              rules,
              Caps.NONE,
              null));
      if (row != null) {
        LOG.write(row);
      }
    }
    return decisions;
  }

  private static Preview previewed() {
    return RulePreview.of(
        LOG.store(),
        Cast.ASSUMED,
        rules(2, AFTER),
        knowing(List.of()),
        Cast.NOON.minusSeconds(1),
        Cast.NOON.plusSeconds(1));
  }

  @Test
  void loggedDecisionsAreDecidedAgainWithTheFeaturesOfThen() throws Exception {
    LOG.write(logged().toArray(Decision[]::new));
    assertThat(RulePreview.newest(LOG.store())).contains(Cast.NOON);
    Preview preview = previewed();
    assertThat(preview.decisions()).isEqualTo(4);
    assertThat(preview.moves())
        .isEqualTo(
            Map.of(
                new Move("ten", "five"), 1L, // Ada, whose cap is reached the second time
                new Move("ten", RulePreview.NOTHING), 3L));
    assertThat(preview.changed()).isEqualTo(4);
    assertThat(preview.costCentsBefore()).isEqualTo(4_000);
    assertThat(preview.costCentsAfter()).isEqualTo(500);
  }

  @Test
  void capsCountWhatWasOfferedBefore() throws Exception {
    LOG.write(logged().toArray(Decision[]::new));
    var before =
        new DecisionRequest(
            "earlier",
            Trigger.VISIT,
            Cast.ADA,
            Cast.NOON.minusSeconds(60),
            new Cart(10_000, List.of()));
    Decision five =
        new Decider(Cast.ASSUMED)
            .decideBriefly(
                before,
                Cast.row(Cast.ADA, Cast.NOON, 4),
                new Scores("s1", 0.1, List.of(), Map.of()),
                rules(2, AFTER),
                Caps.NONE,
                null);
    assertThat(five.promotionId()).isEqualTo("five");
    LOG.write(five);
    assertThat(previewed().moves())
        .as("Ada had all of it that she may have")
        .isEqualTo(Map.of(new Move("ten", RulePreview.NOTHING), 4L));
  }

  /** The id is the same, what the shopper would get is not. */
  @Test
  void thePromotionOfThenOnOtherTermsIsAnother() throws Exception {
    RuleSet rules = inForce(BEFORE);
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    Decision ten = decided("asked", rules, List.of(), null, OpenLedger.INSTANCE);
    assertThat(ten.promotionId()).isEqualTo("ten");
    LOG.write(ten);

    Preview half = under(rules(2, BEFORE.replace("percent: 10", "percent: 50")));
    assertThat(half.moves()).isEqualTo(Map.of(new Move("ten", "ten (changed)"), 1L));
    assertThat(half.changed()).isEqualTo(1);
    assertThat(half.onOtherTerms()).isEqualTo(1);
    assertThat(half.costCentsAfter()).isEqualTo(5 * half.costCentsBefore());
    Preview other = under(rules(2, AFTER));
    assertThat(other.changed()).isEqualTo(1);
    assertThat(other.onOtherTerms()).as("another promotion").isZero();
    Preview same = under(rules(2, BEFORE.replace("10}}", "10}, priority: 3}")));
    assertThat(same.moves()).isEqualTo(Map.of(new Move("ten", "ten"), 1L));
    assertThat(same.changed() + same.onOtherTerms()).isZero();
  }

  private static final String OFFERS =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
        - id: three
          kind: percent-off
          terms: {percent: 3}
          budgetCents: 100000
          eligibility: [{field: orders_7d, operator: GE, number: 3}]
        - id: tea
          kind: percent-off
          terms: {percent: 1}
          categories: [tea]
          until: %s
      """;
  private static final Instant LONG_AGO = Cast.NOON.minusSeconds(3600);
  private static final Instant LATER = Cast.NOON.plusSeconds(3600);

  /** As a server decides: with prices, a ledger, and the lines of a cart. */
  private static Decision decided(
      String request, RuleSet rules, List<Cart.Line> lines, DualPrices prices, Ledger ledger) {
    Cart cart = lines.isEmpty() ? new Cart(10_000, List.of()) : new Cart(10_000, lines);
    return new Decider(Cast.ASSUMED, ledger)
        .decideBriefly(
            new DecisionRequest(request, Trigger.VISIT, Cast.ADA, Cast.NOON, cart),
            Cast.row(Cast.ADA, Cast.NOON, 4),
            SCORES,
            rules,
            Caps.NONE,
            prices);
  }

  private static RuleSet inForce(String text) {
    return new RuleBook(LOG.store(), new Silent(), Clock.fixed(Cast.NOON, ZoneOffset.UTC))
        .apply(RuleFile.parse("rules.yaml", text), "ada", "")
        .after();
  }

  private static Preview under(RuleSet rules) {
    return RulePreview.of(LOG.store(), Cast.ASSUMED, rules, knowing(List.of()), LONG_AGO, LATER);
  }

  private static final String MARGINS =
      """
      margin: {share: 0.4, floor: -1, categories: [{category: tea, share: %s}]}
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
      """;

  @Test
  void theMarginOfACartIsKnownWithoutItsLines() throws Exception {
    RuleSet rules = inForce(MARGINS.formatted("0.05"));
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    var tea = List.of(new Cart.Line("t", "tea", 1, 10_000L, Cast.NOON));
    var mugs = List.of(new Cart.Line("m", "mugs", 1, 10_000L, Cast.NOON));
    Decision low = decided("low", rules, tea, null, OpenLedger.INSTANCE);
    Decision high = decided("high", rules, mugs, null, OpenLedger.INSTANCE);
    assertThat(low.promotionId()).as("would take more than it brings").isNull();
    assertThat(high.promotionId()).isEqualTo("five");
    LOG.write(low, high);
    Preview same = under(rules);
    assertThat(same.decisions()).isEqualTo(2);
    assertThat(same.changed()).isZero();
    for (Shadowed one :
        RuleShadow.of(
            LOG.store(),
            Cast.ASSUMED,
            Map.of(rules.version(), rules)::get,
            knowing(List.of()),
            rules,
            LONG_AGO,
            LATER)) {
      assertThat(one.then()).isEqualTo(Map.of(one.choice(), 1.0));
      assertThat(one.challenger()).isEqualTo(one.then());
    }
    Preview others = under(rules(9, MARGINS.formatted("0.06")));
    assertThat(others.undecidable()).as("by other shares, of lines that nobody kept").isEqualTo(2);
    Preview all = under(rules(9, MARGINS.formatted("0.35")));
    assertThat(all.undecidable()).as("pays on whatever lines").isZero();
    assertThat(all.moves())
        .isEqualTo(Map.of(new Move("five", "five"), 1L, new Move(RulePreview.NOTHING, "five"), 1L));
  }

  @Test
  void theSameRulesChangeNothingUnderTheDualPricesOfThen() throws Exception {
    RuleSet rules = inForce(OFFERS.formatted(LONG_AGO));
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    var dear =
        new DualPrices("prices@1", Cast.NOON, Map.of("three", new DualPrices.Price(9, 0)), 0);
    Decision free = decided("free", rules, List.of(), null, OpenLedger.INSTANCE);
    Decision priced = decided("priced", rules, List.of(), dear, OpenLedger.INSTANCE);
    assertThat(free.promotionId()).isEqualTo("three");
    assertThat(priced.promotionId()).as("what the budget is worth to others").isEqualTo("five");
    LOG.write(free, priced);

    Preview lost = under(rules);
    assertThat(lost.unknown()).as("nobody has the prices").isEqualTo(1);
    assertThat(lost.decisions()).isEqualTo(1);
    LOG.write(dear);
    Preview same = under(rules);
    assertThat(same.decisions()).isEqualTo(2);
    assertThat(same.unknown() + same.undecidable() + same.changed()).isZero();
    assertThat(same.moves())
        .isEqualTo(Map.of(new Move("five", "five"), 1L, new Move("three", "three"), 1L));
  }

  private static final String FREE =
      "promotions: [{id: five, kind: percent-off, terms: {percent: 5}}]\n";
  private static final String SELDOM = "contactCaps: [{offers: 3, per: P7D}]\n" + FREE;

  private static DualPrices contacts(String version, double cents) {
    return new DualPrices(version, Cast.NOON, Map.of(), cents);
  }

  @Test
  void whereNothingIsScarcePricesAreOfNothingAndNotLost() throws Exception {
    RuleSet rules = inForce(FREE);
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    LOG.write(decided("r", rules, List.of(), contacts("prices@1", 0), OpenLedger.INSTANCE));
    assertThat(under(rules).moves())
        .as("told before a version of nothing had a row")
        .isEqualTo(Map.of(new Move("five", "five"), 1L));
    LOG.write(contacts("prices@1", 0));
    assertThat(under(rules).moves()).isEqualTo(Map.of(new Move("five", "five"), 1L));
    assertThat(under(rules).unknown()).isZero();
  }

  @Test
  void thePriceOfAContactCountsWhereNothingElseHasOne() throws Exception {
    RuleSet rules = inForce(SELDOM);
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    Decision dear = decided("r", rules, List.of(), contacts("prices@1", 500), OpenLedger.INSTANCE);
    assertThat(dear.promotionId()).as("others would make more of the contact").isNull();
    LOG.write(dear);
    assertThat(under(rules).unknown()).as("what a contact was worth is lost").isEqualTo(1);
    LOG.write(contacts("prices@1", 500));
    assertThat(under(rules).moves())
        .isEqualTo(Map.of(new Move(RulePreview.NOTHING, RulePreview.NOTHING), 1L));
    assertThat(under(rules).unknown()).isZero();
  }

  @Test
  void rulesWithoutLimitsMayHaveBeenPricedByTheOnesBefore() throws Exception {
    RuleSet rules = inForce(FREE);
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    LOG.write(decided("r", rules, List.of(), contacts("prices@1", 500), OpenLedger.INSTANCE));
    assertThat(under(rules).unknown()).as("its candidates tell a price").isEqualTo(1);
  }

  @Test
  void whatRestsOnLinesOfTheCartIsUndecidableAndNotChanged() throws Exception {
    RuleSet rules = inForce(OFFERS.formatted(LATER));
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    List<Cart.Line> tea = List.of(new Cart.Line("pot", "tea", 1, 10_000L, Cast.NOON));
    List<Cart.Line> mugs = List.of(new Cart.Line("mug", "mugs", 1, 10_000L, Cast.NOON));
    Decision covered = decided("covered", rules, tea, null, OpenLedger.INSTANCE);
    Decision uncovered = decided("uncovered", rules, mugs, null, OpenLedger.INSTANCE);
    assertThat(covered.promotionId()).isEqualTo("tea");
    LOG.write(covered, uncovered);

    Preview same = under(rules);
    assertThat(same.changed()).isZero();
    assertThat(same.undecidable()).as("tea was open").isEqualTo(1);
    assertThat(same.decisions()).as("the log says that tea was closed").isEqualTo(1);
    RuleSet others = rules(2, OFFERS.formatted(LATER).replace("[tea]", "[mugs]"));
    assertThat(under(others).undecidable()).as("nobody knows whether mugs were there").isEqualTo(2);
    RuleSet app =
        rules(
            2,
            OFFERS
                .formatted(LONG_AGO)
                .replace(
                    "[{field: orders_7d",
                    "[{field: channel, operator: IN, values: [app]}, {field: orders_7d"));
    assertThat(under(app).undecidable()).as("nobody knows the channel").isEqualTo(2);
    assertThat(under(rules(2, OFFERS.formatted(LONG_AGO))).decisions())
        .as("a promotion that is over rests on nothing")
        .isEqualTo(2);
  }

  private static final String SLOW =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
        - id: slow
          kind: percent-off
          terms: {percent: 1}
          productsWhere: [{field: product_pieces_7d, operator: LT, number: 5}]
          mostProducts: 9
      """;

  private static RuleSet finding(long version, String text, String product) {
    RuleFile file = RuleFile.parse("rules.yaml", text);
    var promotions = new ArrayList<>(file.promotions());
    promotions.set(1, promotions.get(1).withProducts(List.of(product)));
    return file.asVersion(version, "ada", "", Cast.NOON, promotions, List.of());
  }

  @Test
  void aListOfProductsThatHasMovedSinceChangesNothing() throws Exception {
    RuleSet rules = finding(1, SLOW, "pot");
    try (var connection = LOG.store().getConnection()) {
      RuleStore.insert(connection, new RuleVersion(rules, null, SLOW));
    }
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    List<Cart.Line> pot = List.of(new Cart.Line("pot", "tea", 1, 10_000L, Cast.NOON));
    List<Cart.Line> mug = List.of(new Cart.Line("mug", "mugs", 1, 10_000L, Cast.NOON));
    Decision covered = decided("covered", rules, pot, null, OpenLedger.INSTANCE);
    Decision uncovered = decided("uncovered", rules, mug, null, OpenLedger.INSTANCE);
    assertThat(covered.promotionId()).isEqualTo("slow");
    LOG.write(covered, uncovered);

    for (String now : List.of("pot", "mug")) {
      Preview same = under(finding(2, SLOW, now));
      assertThat(same.moves()).as("not slow then").isEqualTo(Map.of(new Move("five", "five"), 1L));
      assertThat(same.undecidable()).as("slow was open").isEqualTo(1);
    }
    for (String other : List.of(SLOW.replace("number: 5", "number: 6"), SLOW.replace("9", "8"))) {
      assertThat(under(finding(2, other, "pot")).undecidable()).as(other).isEqualTo(2);
    }
  }

  @Test
  void whatTheLedgerRefusedIsRefusedAgainUnlessItsBudgetIsAnother() throws Exception {
    RuleSet rules = inForce(OFFERS.formatted(LONG_AGO));
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    var spent = new TestLedger(Map.of(), Map.of("three", Refusal.BUDGET_SPENT));
    Decision refused = decided("refused", rules, List.of(), null, spent);
    assertThat(refused.promotionId()).isEqualTo("five");
    LOG.write(refused);

    Preview same = under(rules);
    assertThat(same.moves()).isEqualTo(Map.of(new Move("five", "five"), 1L));
    Preview raised = under(rules(2, OFFERS.formatted(LONG_AGO).replace("100000", "900000")));
    assertThat(raised.undecidable()).isEqualTo(1);
    assertThat(raised.decisions()).isZero();
  }

  private static final String LIMITED =
      """
      promotions:
        - {id: three, kind: percent-off, terms: {percent: 3}, budgetCents: 100000, stock: 100}
      """;

  /** Ten decisions, a second after the other, each with a promise of 300 cents. */
  private static RuleSet tenTimesThree() throws Exception {
    RuleSet rules = inForce(LIMITED);
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    for (int i = 0; i < 10; i++) {
      Decision given = decided("r" + i, rules, List.of(), null, OpenLedger.INSTANCE);
      assertThat(given.promotionId()).isEqualTo("three");
      assertThat(given.expectedCostCents()).isEqualTo(300);
      LOG.write(given);
    }
    return rules;
  }

  private static void assertSure(String planned, int sure) {
    Preview preview = under(rules(2, planned));
    assertThat(preview.decisions()).as(planned).isEqualTo(sure);
    assertThat(preview.undecidable()).as(planned).isEqualTo(10 - sure);
    assertThat(preview.costCentsAfter()).as(planned).isEqualTo(300L * sure);
  }

  @Test
  void fromTheLimitOfACutBudgetOnNothingIsSure() throws Exception {
    tenTimesThree();
    assertSure(LIMITED, 10);
    assertSure(LIMITED.replace("100000", "1500"), 5);
    assertSure(LIMITED.replace("100000", "1499"), 4);
    assertSure(LIMITED.replace("stock: 100", "stock: 7"), 7);
    assertSure(LIMITED.replace("100000", "900000"), 10);
    assertSure(LIMITED.replace(", budgetCents: 100000, stock: 100", ""), 10);
  }

  @Test
  void aBudgetThatWasCutBeforeIsNotCutByTheFile() throws Exception {
    tenTimesThree();
    String moved = LIMITED.replace("100000", "1500");
    inForce(moved);
    assertSure(moved, 10);
    assertSure(moved.replace("1500", "1499"), 4);
  }

  @Test
  void fromTheLimitOfANewPromotionOnNothingIsSure() throws Exception {
    tenTimesThree();
    assertSure(LIMITED.replace("three", "other").replace("100000", "1000"), 3);
    assertSure(LIMITED.replace("three", "other").replace("stock: 100", "stock: 2"), 2);
    assertSure(LIMITED.replace("three", "other"), 10);
  }

  @Test
  void whatWasSpentOrPromisedWhenTheSpanBeganCountsAgainstACutBudget() throws Exception {
    RuleSet rules = tenTimesThree();
    try (var connection = LOG.store().getConnection()) {
      UsedBudgets.follow(connection, rules);
    }
    promised("spent-before", "COMMITTED", 400, -60, 500L, -50L);
    promised("spent-since", "COMMITTED", 300, -60, 600L, 10L);
    promised("kept", "RESERVED", 200, -60, 700L, null);
    promised("came-back", "REFUNDED", 0, -60, 800L, -50L);
    promised("run-out", "EXPIRED", 800, -60, -30L, null);
    promised("of-the-span", "COMMITTED", 5_000, 1, 700L, 10L);
    assertSure(LIMITED.replace("100000", "2400"), 5);
    assertSure(LIMITED.replace("100000", "2399"), 4);
    assertSure(LIMITED.replace("stock: 100", "stock: 9"), 6);
  }

  /** A promise of {@code cents}; moments are seconds after the span begins. */
  private static void promised(
      String decision, String status, long cents, long at, long due, Long spent) throws Exception {
    try (var connection = LOG.store().getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO serving.budget_promises VALUES (?, 'three', ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, decision);
      insert.setString(2, Cast.BOB);
      insert.setString(3, status);
      insert.setLong(4, cents);
      insert.setLong(5, spent == null ? 0 : cents);
      insert.setObject(6, LONG_AGO.plusSeconds(at).atOffset(ZoneOffset.UTC));
      insert.setObject(7, LONG_AGO.plusSeconds(due).atOffset(ZoneOffset.UTC));
      insert.setObject(8, LONG_AGO.plusSeconds(due).atOffset(ZoneOffset.UTC));
      insert.setObject(
          9, spent == null ? null : LONG_AGO.plusSeconds(spent).atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    }
  }

  private static final String MEMBERS =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
        - {id: gold, kind: member-price, terms: {percent: 3, memberLevel: gold}}
      """;

  /** Asked with a level, or without, of a shopper whose row has one, or not. */
  private static Decision asked(RuleSet rules, String shopper, String inRow, String told)
      throws Exception {
    var row =
        new FeatureRow(
            shopper,
            Cast.NOON,
            Map.of("orders_7d", 4.0),
            inRow == null ? Map.of() : Map.of("member_level", inRow),
            "f1");
    LOG.write(row);
    Decision decision =
        new Decider(Cast.ASSUMED)
            .decideBriefly(
                new DecisionRequest(
                    "of-" + shopper,
                    Trigger.VISIT,
                    shopper,
                    Cast.NOON,
                    new Cart(10_000, List.of()),
                    null,
                    told),
                row,
                SCORES,
                rules,
                Caps.NONE,
                null);
    LOG.write(decision);
    return decision;
  }

  @Test
  void aLevelThatOnlyTheQuestionToldIsUndecidableAndNotChanged() throws Exception {
    RuleSet rules = inForce(MEMBERS);
    assertThat(asked(rules, "k1.told-gold", null, "gold").promotionId()).isEqualTo("gold");
    assertThat(asked(rules, "k1.told-silver", "gold", "silver").promotionId()).isEqualTo("five");
    assertThat(asked(rules, "k1.gold", "gold", null).promotionId()).isEqualTo("gold");
    assertThat(asked(rules, "k1.no-member", null, null).promotionId()).isEqualTo("five");

    var unchanged = Map.of(new Move("five", "five"), 1L, new Move("gold", "gold"), 1L);
    Preview same = under(rules);
    assertThat(same.changed()).isZero();
    assertThat(same.undecidable()).as("the row says another level than counted").isEqualTo(2);
    assertThat(same.moves()).isEqualTo(unchanged);

    Preview cheaper = under(rules(2, MEMBERS.replace("percent: 3", "percent: 2")));
    assertThat(cheaper.undecidable()).isEqualTo(2);
    assertThat(cheaper.moves())
        .as("the log tells who was gold")
        .isEqualTo(Map.of(new Move("five", "five"), 1L, new Move("gold", "gold (changed)"), 1L));
    assertThat(cheaper.costCentsAfter()).isEqualTo(700);

    Preview silver = under(rules(2, MEMBERS.replace("memberLevel: gold", "memberLevel: silver")));
    assertThat(silver.undecidable()).as("nobody knows who was silver").isEqualTo(4);
    String conditions =
        MEMBERS.replace(
            "kind: member-price, terms: {percent: 3, memberLevel: gold}",
            "kind: percent-off, terms: {percent: 3},"
                + " eligibility: [{field: member_level, operator: NOT_IN, values: [gold]}]");
    assertThat(under(rules(2, conditions)).undecidable()).as("by a condition").isEqualTo(4);
  }

  private static final class Silent implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      // nobody follows
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody follows
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
