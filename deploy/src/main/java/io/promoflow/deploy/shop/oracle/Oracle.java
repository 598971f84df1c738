package io.promoflow.deploy.shop.oracle;

import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.PhaseBook;
import io.promoflow.deploy.shop.ledger.Question;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.deploy.shop.oracle.FinalTables.Count;
import io.promoflow.deploy.shop.oracle.FinalTables.Decided;
import io.promoflow.deploy.shop.oracle.FinalTables.Example;
import io.promoflow.deploy.shop.oracle.FinalTables.Features;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Says what is lost, duplicated, wrong or extra in the final tables, from nothing but the ledger of
 * the shop that sent the events. It recomputes everything in the most simple-minded way.
 */
public final class Oracle {
  private final List<PhaseBook> ledger;
  private final UnaryOperator<String> pseudonym;
  private final Rules rules;
  private final Map<String, List<SentEvent>> accepted = new TreeMap<>();

  /**
   * What the tables were told to hold.
   *
   * @param slide distance of feature rows
   * @param windows of features, by the suffix of their names
   * @param examplesEvery distance of training examples
   * @param horizon of their labels
   * @param attribution window after the first exposure
   * @param lateness how far event time stays behind the newest event
   */
  public record Rules(
      Duration slide,
      Map<String, Duration> windows,
      Duration examplesEvery,
      Duration horizon,
      Duration attribution,
      Duration lateness) {}

  /**
   * @param pseudonym what the platform calls a raw shopper id
   */
  public Oracle(List<PhaseBook> ledger, UnaryOperator<String> pseudonym, Rules rules) {
    this.ledger = ledger;
    this.pseudonym = pseudonym;
    this.rules = rules;
    var names = new HashMap<String, String>();
    for (PhaseBook book : ledger) {
      for (SentEvent event : book.events()) {
        if (event.isAccepted()) {
          String name = names.computeIfAbsent(event.shopper(), pseudonym);
          accepted.computeIfAbsent(name, n -> new ArrayList<>()).add(event);
        }
      }
    }
  }

  /** Compares everything. */
  public Findings check(FinalTables tables) {
    var findings = new Findings();
    counts(tables.counts(), findings);
    if (tables.lateEvents() > 0) {
      findings.lost(
          tables.lateEvents(), tables.lateEvents() + " events came too late for features");
    }
    features(tables.features(), findings);
    examples(tables.examples(), findings);
    decisions(tables.decisions(), findings);
    results(tables, findings);
    return findings;
  }

  private void counts(List<Count> found, Findings findings) {
    var expected = expectedCounts();
    var actual = new TreeMap<String, Long>();
    found.stream()
        .filter(count -> !count.outcome().equals("lines"))
        .forEach(count -> actual.merge(name(count), count.events(), Long::sum));
    var names = new java.util.TreeSet<>(expected.keySet());
    names.addAll(actual.keySet());
    for (String name : names) {
      long more = actual.getOrDefault(name, 0L) - expected.getOrDefault(name, 0L);
      String what = "raw events " + name + ", off by " + more;
      if (more < 0) {
        findings.lost(-more, what);
      } else if (more > 0 && name.equals("accepted")) {
        findings.duplicated(more, what);
      } else if (more > 0) {
        findings.extra(more, what);
      }
    }
  }

  /** How many raw events have which fate: in, accepted, duplicate, rejected REASON. */
  public Map<String, Long> expectedCounts() {
    var expected = new TreeMap<String, Long>();
    for (PhaseBook book : ledger) {
      for (SentEvent event : book.events()) {
        expected.merge("in", 1L, Long::sum);
        String fate =
            event.isAccepted()
                ? "accepted"
                : event.isDuplicate() ? "duplicate" : "rejected " + event.expected();
        expected.merge(fate, 1L, Long::sum);
      }
    }
    return expected;
  }

  private static String name(Count count) {
    return count.reason().isEmpty() ? count.outcome() : count.outcome() + " " + count.reason();
  }

  /** The last boundary of a distance that event time has passed. */
  private Instant lastBoundary(Duration distance) {
    Instant newest = Instant.EPOCH;
    for (List<SentEvent> events : accepted.values()) {
      for (SentEvent event : events) {
        newest = event.at().isAfter(newest) ? event.at() : newest;
      }
    }
    long passed = newest.minus(rules.lateness()).toEpochMilli();
    return Instant.ofEpochMilli(passed - Math.floorMod(passed, distance.toMillis()));
  }

  private void features(List<Features> rows, Findings findings) {
    Instant last = lastBoundary(rules.slide());
    var expected = new TreeMap<String, NaiveFeatures>();
    accepted.forEach(
        (shopper, events) -> {
          if (events.stream().anyMatch(event -> event.at().isBefore(last))) {
            expected.put(shopper, new NaiveFeatures(events, rules.windows()));
          }
        });
    findings.compare(
        "features of",
        expected,
        rows,
        Features::shopper,
        (naive, row) -> naive.difference(row, last, rules.slide()));
  }

  private void examples(List<Example> rows, Findings findings) {
    Instant last = lastBoundary(rules.slide());
    var expected = new TreeMap<String, Example>();
    accepted.forEach(
        (shopper, events) ->
            new NaiveFeatures(events, rules.windows())
                .examples(shopper, rules.examplesEvery(), rules.horizon(), last)
                .forEach(example -> expected.put(key(example), example)));
    findings.compare(
        "training example of",
        expected,
        rows,
        Oracle::key,
        (one, row) -> one.equals(row) ? null : "expected " + one + ", is " + row);
  }

  private static String key(Example example) {
    return example.shopper() + " at " + example.at();
  }

  private void decisions(List<Decided> rows, Findings findings) {
    var expected = new TreeMap<String, Question>();
    var answers = new HashMap<String, Answer>();
    for (PhaseBook book : ledger) {
      book.questions().forEach(q -> expected.put(q.requestId() + " " + q.trigger(), q));
      book.answers().forEach(a -> answers.put(a.requestId() + " " + a.trigger(), a));
    }
    findings.compare(
        "decision on",
        expected,
        rows,
        row -> row.requestId() + " " + row.trigger(),
        (question, row) ->
            difference(question, answers.get(row.requestId() + " " + row.trigger()), row));
  }

  private String difference(Question question, Answer answer, Decided row) {
    if (answer == null) {
      return "the shop never got it";
    }
    var expected =
        new Decided(
            answer.decisionId(),
            question.requestId(),
            question.trigger(),
            pseudonym.apply(question.shopper()),
            question.at(),
            question.cartCents(),
            answer.segment(),
            answer.experiment(),
            answer.variant(),
            answer.promotion(),
            answer.ruleVersion());
    return Objects.equals(expected, row) ? null : "expected " + expected + ", is " + row;
  }

  private void results(FinalTables tables, Findings findings) {
    var naive = new NaiveResults(accepted, rules.attribution());
    findings.compare(
        "result of",
        naive.expected(tables.decisions()),
        tables.results(),
        FinalTables.Result::key,
        NaiveResults::difference);
  }
}
