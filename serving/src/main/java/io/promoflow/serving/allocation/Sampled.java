package io.promoflow.serving.allocation;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.serving.Assignment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What prices are made from: what one decision could have given.
 *
 * @param slideEnd end of the slide that it lies in, milliseconds since 1970
 * @param shopperId whose contacts its offers would be
 * @param offers at least one
 */
public record Sampled(long slideEnd, String shopperId, List<Offer> offers) {
  private static final String SALT = "allocation";

  /** Of a decision that was free and had something to give; what is laid down no price may move. */
  public static Optional<Sampled> of(Decision decision, long slideEnd) {
    if (isLaidDown(decision)) {
      return Optional.empty();
    }
    List<Offer> offers =
        decision.candidates().stream()
            .filter(one -> one.promotionId() != null && one.gainCents() != null)
            .map(Sampled::offer)
            .toList();
    return offers.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sampled(slideEnd, decision.shopperId(), offers));
  }

  /**
   * Whether it is one of the sample. It goes by the shopper, of whom all decisions are sampled or
   * none; a smaller share's shoppers are among those of a larger one.
   *
   * @param share of the shoppers, 0 to 1
   */
  public boolean isAmong(double share) {
    return Assignment.position(SALT, shopperId) < share;
  }

  /** Whether an experiment said what to give: one that runs, or one that is paused. */
  public static boolean isLaidDown(Decision decision) {
    return decision.experimentId() != null
        || (decision.losses() != null && decision.losses().indexOf(Loss.PAUSED.letter()) >= 0)
        || decision.candidates().stream().anyMatch(one -> one.loss() == Loss.PAUSED);
  }

  /** What a decision is expected to use of the promotion that it gave; null when it gave none. */
  public static Offer given(Decision decision) {
    return decision.candidates().stream()
        .filter(one -> one.promotionId() != null && one.gainCents() != null)
        .filter(one -> Objects.equals(one.promotionId(), decision.promotionId()))
        .map(Sampled::offer)
        .findFirst()
        .orElse(null);
  }

  private static Offer offer(Candidate one) {
    return new Offer(one.promotionId(), one.gainCents(), one.use() * one.costCents(), one.use());
  }
}
