package io.promoflow.serving;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.rules.RuleFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one shopper who comes again and again must be offered, written down by hand: for whoever
 * decides, and wherever offers are remembered.
 *
 * @param rules with caps over periods
 * @param steps in the order of time
 */
public record CapStory(RuleSet rules, List<Step> steps) {
  private static final Instant START = Cast.NOON.minus(Duration.ofDays(60));

  /**
   * A moment.
   *
   * @param offered null for nothing
   * @param from rules in force from here on; null for those before
   */
  public record Step(Instant at, String offered, RuleSet from) {}

  private static Step step(int days, int hours, int millis, String offered) {
    return new Step(
        START.plus(Duration.ofDays(days)).plus(Duration.ofHours(hours)).plusMillis(millis),
        offered,
        null);
  }

  private static RuleSet rules(String text) {
    return rules(1, text);
  }

  private static RuleSet rules(long version, String text) {
    return RuleFile.parse("caps.yaml", text).asVersion(version, "ada", "", START);
  }

  /** Twice within any seven days; an offer counts until seven days have passed. */
  public static CapStory ofAPromotion() {
    return new CapStory(
        rules(
            """
            promotions:
              - {id: five, kind: percent-off, terms: {percent: 5}, perShopperCap: 2, perShopperCapPer: P7D}
            """),
        List.of(
            step(0, 0, 0, "five"),
            step(1, 0, 0, "five"),
            step(2, 0, 0, null),
            step(7, 0, 0, null),
            step(7, 0, 1, "five"),
            step(7, 0, 2, null),
            step(8, 0, 0, null),
            step(8, 0, 1, "five")));
  }

  /** As often within thirty days as may be written. */
  public static CapStory ofTheLargestCap() {
    var steps = new ArrayList<Step>();
    IntStream.range(0, 100).forEach(i -> steps.add(step(0, 0, i, "five")));
    steps.add(step(0, 0, 100, null));
    steps.add(step(30, 0, 0, null));
    steps.add(step(30, 0, 1, "five"));
    steps.add(step(30, 0, 1, null));
    steps.add(step(30, 0, 2, "five"));
    return new CapStory(
        rules(
            """
            promotions:
              - {id: five, kind: percent-off, terms: {percent: 5}, perShopperCap: 100, perShopperCapPer: P30D}
            """),
        steps);
  }

  /** Of the holiday one a day, of anything three in thirty days. */
  public static CapStory ofContacts() {
    return new CapStory(
        rules(
            """
            contactCaps:
              - {campaign: holiday, offers: 1, per: P1D}
              - {offers: 3, per: P30D}
            campaigns: [{id: holiday}]
            promotions:
              - {id: five, kind: percent-off, terms: {percent: 5}, campaign: holiday}
              - {id: ten, kind: percent-off, terms: {percent: 10}}
            """),
        List.of(
            step(0, 0, 0, "five"),
            step(0, 1, 0, "ten"),
            step(0, 2, 0, "ten"),
            step(0, 3, 0, null),
            step(1, 0, 1, null),
            step(30, 0, 0, null),
            step(30, 0, 1, "five"),
            step(30, 1, 0, null),
            step(30, 1, 1, "ten"),
            step(30, 2, 1, "ten"),
            step(30, 2, 2, null)));
  }

  /**
   * Two in seven days, of which the first are of a promotion that the rules then no longer have.
   */
  public static CapStory ofAReplacedPromotion() {
    String text =
        """
        contactCaps:
          - {offers: 2, per: P7D}
        promotions:
          - {id: monday, kind: percent-off, terms: {percent: 5}}
        """;
    RuleSet replaced = rules(2, text.replace("monday", "tuesday"));
    Step tuesday = step(1, 0, 0, null);
    return new CapStory(
        rules(text),
        List.of(
            step(0, 0, 0, "monday"),
            step(0, 1, 0, "monday"),
            step(0, 2, 0, null),
            new Step(tuesday.at(), null, replaced),
            step(7, 0, 0, null),
            step(7, 0, 1, "tuesday"),
            step(7, 1, 0, null),
            step(7, 1, 1, "tuesday"),
            step(7, 2, 0, null)));
  }
}
