package io.promoflow.serving.ledger;

/**
 * The ledger's answer to a redemption; final, whoever asks again, unless {@link Refusal#isFinal}
 * says that its refusal is not.
 *
 * @param key the redemption's
 * @param decisionId the redemption's
 * @param promotionId what was promised; null when nobody knows
 * @param settled whether it was carried out
 * @param refusal why not; null when settled
 * @param spentCents what the decision has cost after it
 */
public record Settlement(
    String key,
    String decisionId,
    String promotionId,
    boolean settled,
    Refusal refusal,
    long spentCents) {}
