package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All serving rules at one version. They travel as one record, so that a decision can never see
 * half of a change.
 *
 * @param version 1, 2, 3 ...
 * @param author who made it: a person, the adjustment policy, or the products refresh
 * @param note why
 * @param appliedAt when it was applied, by the applier's clock
 * @param adjustmentId the adjustment it carries out or reverts; null when a person wrote it
 * @param promotions every promotion
 * @param experiments every experiment
 * @param contactCaps how often one shopper may be offered anything
 * @param budgetMoves how results move budgets between promotions; null when they never do
 * @param holdoutShare share of the shoppers, 0 to 1, who never get anything: see {@link
 *     LoopHoldout}
 * @param margin what promotions must leave of a cart; null when nobody says
 */
public record RuleSet(
    long version,
    String author,
    String note,
    Instant appliedAt,
    String adjustmentId,
    List<Promotion> promotions,
    List<Experiment> experiments,
    List<ContactCap> contactCaps,
    BudgetMoves budgetMoves,
    double holdoutShare,
    Margin margin) {

  public RuleSet {
    contactCaps = contactCaps == null ? List.of() : contactCaps;
  }

  /** Rules that do not say what promotions must leave of a cart. */
  public RuleSet(
      long version,
      String author,
      String note,
      Instant appliedAt,
      String adjustmentId,
      List<Promotion> promotions,
      List<Experiment> experiments,
      List<ContactCap> contactCaps,
      BudgetMoves budgetMoves,
      double holdoutShare) {
    this(
        version,
        author,
        note,
        appliedAt,
        adjustmentId,
        promotions,
        experiments,
        contactCaps,
        budgetMoves,
        holdoutShare,
        null);
  }

  /** Rules under which budgets stay where they are and nobody is held out. */
  public RuleSet(
      long version,
      String author,
      String note,
      Instant appliedAt,
      String adjustmentId,
      List<Promotion> promotions,
      List<Experiment> experiments,
      List<ContactCap> contactCaps) {
    this(
        version,
        author,
        note,
        appliedAt,
        adjustmentId,
        promotions,
        experiments,
        contactCaps,
        null,
        0);
  }

  /** Rules without contact caps. */
  public RuleSet(
      long version,
      String author,
      String note,
      Instant appliedAt,
      String adjustmentId,
      List<Promotion> promotions,
      List<Experiment> experiments) {
    this(version, author, note, appliedAt, adjustmentId, promotions, experiments, List.of());
  }

  /** The same under another version. */
  public RuleSet as(long nextVersion, String by, String why, Instant at, String ofAdjustment) {
    return new RuleSet(
        nextVersion,
        by,
        why,
        at,
        ofAdjustment,
        promotions,
        experiments,
        contactCaps,
        budgetMoves,
        holdoutShare,
        margin);
  }

  /** The same with other promotions. */
  public RuleSet withPromotions(List<Promotion> others) {
    return with(others, experiments, margin);
  }

  /** The same with other experiments. */
  public RuleSet withExperiments(List<Experiment> others) {
    return with(promotions, others, margin);
  }

  /** The same with another margin. */
  public RuleSet withMargin(Margin other) {
    return with(promotions, experiments, other);
  }

  private RuleSet with(
      List<Promotion> otherPromotions, List<Experiment> otherExperiments, Margin otherMargin) {
    return new RuleSet(
        version,
        author,
        note,
        appliedAt,
        adjustmentId,
        otherPromotions,
        otherExperiments,
        contactCaps,
        budgetMoves,
        holdoutShare,
        otherMargin);
  }

  /**
   * Most offers to one shopper, of whichever promotion.
   *
   * @param campaign whose offers count, and are stopped; null for all
   * @param offers most offers, at least 1
   * @param periodMillis over how long they count, up to the decision
   */
  public record ContactCap(String campaign, int offers, long periodMillis) {}

  /**
   * What promotions must leave of a cart.
   *
   * @param share share of a price, 0 to 1, that is left after the cost of goods
   * @param floor share of a cart that must be left after promotions; below 0 where a loss is meant
   * @param categories shares of categories that have one of their own
   * @param floors of promotions that have a floor of their own, by id
   */
  public record Margin(
      double share, double floor, Map<String, Double> categories, Map<String, Double> floors) {

    /** What must be left of a cart after this promotion. */
    public double floorOf(String promotion) {
      return floors.getOrDefault(promotion, floor);
    }
  }
}
