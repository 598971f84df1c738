package io.promoflow.deploy.shop.ledger;

import java.time.Instant;

/**
 * The first decision that the shop saw for a question.
 *
 * @param requestId the question
 * @param decisionId id of the decision
 * @param trigger {@code VISIT} or {@code CART_ADD}
 * @param segment null when the shopper had none
 * @param experiment null outside experiments
 * @param variant null outside experiments
 * @param promotion null when there was none
 * @param ruleVersion rules it was made under
 * @param seenAt wall clock at which the shop saw it
 */
public record Answer(
    String requestId,
    String decisionId,
    String trigger,
    String segment,
    String experiment,
    String variant,
    String promotion,
    long ruleVersion,
    Instant seenAt) {}
