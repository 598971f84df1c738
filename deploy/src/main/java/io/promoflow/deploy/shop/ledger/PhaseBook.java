package io.promoflow.deploy.shop.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the shop knows of one half-day.
 *
 * @param phase which half-day
 * @param offsets ends of the topics before it began, by {@code topic/partition}
 * @param questions what must be answered
 * @param answers what was answered
 * @param events what was sent
 * @param done whether the half-day is complete
 */
public record PhaseBook(
    int phase,
    Map<String, Long> offsets,
    List<Question> questions,
    List<Answer> answers,
    List<SentEvent> events,
    boolean done) {

  /** A half-day that has just begun. */
  public static PhaseBook begun(int phase, Map<String, Long> offsets) {
    return new PhaseBook(
        phase, offsets, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), false);
  }

  public PhaseBook completed() {
    return new PhaseBook(phase, offsets, questions, answers, events, true);
  }
}
