package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;

/**
 * All serving rules at one version. They travel as one record, so that a decision can never see
 * half of a change.
 *
 * @param version 1, 2, 3 ...
 * @param author who made it: a person, or the adjustment policy
 * @param note why
 * @param appliedAt when it was applied, by the applier's clock
 * @param adjustmentId the adjustment it carries out or reverts; null when a person wrote it
 * @param promotions every promotion
 * @param experiments every experiment
 */
public record RuleSet(
    long version,
    String author,
    String note,
    Instant appliedAt,
    String adjustmentId,
    List<Promotion> promotions,
    List<Experiment> experiments) {}
