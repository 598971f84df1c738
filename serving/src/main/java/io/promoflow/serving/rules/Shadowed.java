package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A logged decision, and how probable each choice is when other rules or models make it. It keeps
 * what a gate asks for and no more: there are as many as decisions of the log.
 *
 * @param shopperId pseudonym
 * @param atMillis the moment that was decided for, epoch milliseconds
 * @param situation trigger and segment: what it is compared with
 * @param choice what it gave, or {@link RulePreview#NOTHING}
 * @param drawn probability as logged; null in an experiment, where the rules of then say it better
 * @param then probability by choice under the rules and models of then; empty when the decision
 *     cannot be made again
 * @param incumbent the same of those that are to be replaced
 * @param challenger the same of those that would take their place
 * @param undecidable whether it cannot since it may rest on what the log does not keep: lines of
 *     the cart, the channel, a level that was told, or a budget that was too small and is another,
 *     or is cut or new and may be too small
 */
public record Shadowed(
    String shopperId,
    long atMillis,
    String situation,
    String choice,
    Double drawn,
    Map<String, Double> then,
    Map<String, Double> incumbent,
    Map<String, Double> challenger,
    boolean undecidable) {

  /** Makes them, so that what many have in common is kept once. */
  static final class Maker {
    private final Map<Object, Object> kept = new HashMap<>();

    /** A decision that can be made again. */
    Shadowed of(
        Decision decision,
        Map<String, Double> then,
        Map<String, Double> incumbent,
        Map<String, Double> challenger) {
      return of(decision, then, incumbent, challenger, false);
    }

    /** A decision that cannot be made again, since something that it rested on is lost. */
    Shadowed unknown(Decision decision) {
      return of(decision, Map.of(), Map.of(), Map.of(), false);
    }

    /** A decision that cannot be made again, since the log does not keep what it may rest on. */
    Shadowed undecidable(Decision decision) {
      return of(decision, Map.of(), Map.of(), Map.of(), true);
    }

    private Shadowed of(
        Decision decision,
        Map<String, Double> then,
        Map<String, Double> incumbent,
        Map<String, Double> challenger,
        boolean undecidable) {
      return new Shadowed(
          once(decision.shopperId()),
          decision.at().toEpochMilli(),
          once(decision.trigger() + "|" + decision.segment()),
          once(ChoiceShares.choice(decision)),
          decision.experimentId() == null ? once(decision.probability()) : null,
          once(copy(then)),
          once(copy(incumbent)),
          once(copy(challenger)),
          undecidable);
    }

    private static Map<String, Double> copy(Map<String, Double> shares) {
      return Collections.unmodifiableMap(new TreeMap<>(shares)); // sums are the same each time
    }

    @SuppressWarnings("unchecked") // what is equal is of the same type
    private <T> T once(T one) {
      Object before = kept.putIfAbsent(one, one);
      return before == null ? one : (T) before;
    }
  }
}
