package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;

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
    double holdoutShare) {

  public RuleSet {
    contactCaps = contactCaps == null ? List.of() : contactCaps;
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

  /**
   * Most offers to one shopper, of whichever promotion.
   *
   * @param campaign whose offers count, and are stopped; null for all
   * @param offers most offers, at least 1
   * @param periodMillis over how long they count, up to the decision
   */
  public record ContactCap(String campaign, int offers, long periodMillis) {}
}
