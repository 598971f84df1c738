package io.promoflow.serving.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import java.util.List;

/**
 * A decision as it was made, and in words; with what the shopper has to enter.
 *
 * @param decision as it was logged
 * @param explanation every promotion of its rules, then giving nothing, with why each but the
 *     chosen one lost and what would have changed it
 * @param couponCode with which this shopper redeems it; null when it needs none
 */
record ExplainedDecision(
    @JsonUnwrapped Decision decision, List<Candidate> explanation, String couponCode) {}
