package io.promoflow.serving.allocation;

/**
 * One promotion that one decision could have given.
 *
 * @param promotionId which
 * @param gainCents expected incremental profit
 * @param budgetCents expected use of its budget, at least 0
 * @param units expected use of its stock, at least 0
 */
public record Offer(String promotionId, double gainCents, double budgetCents, double units) {}
