package io.promoflow.serving.ledger;

/**
 * Where the budget of one promotion is, from {@code serving.v_budgets}, in cents.
 *
 * @param promotionId whose
 * @param budget most it may cost; null when unlimited
 * @param committed spent, less refunds
 * @param reserved promised to shoppers
 * @param leased servers may promise it
 * @param free nobody holds it; null when unlimited
 * @param released promised once and given back, ever growing
 * @param overspent spent beyond what the ledger holds to: 0
 */
public record LedgerFigures(
    String promotionId,
    Long budget,
    long committed,
    long reserved,
    long leased,
    Long free,
    long released,
    long overspent) {}
