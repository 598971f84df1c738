package io.promoflow.serving.ledger.bench;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client: claims, redeems, cancels and refunds at one server or another, asks again with the
 * same key, and never gives up before it has an answer. It remembers what it was told.
 */
final class StressClient implements Runnable {
  private final String name;
  private final Load load;
  private final Random random;
  private final List<Line> servers;
  private final DecisionRecords records;
  private final AtomicLong progress;
  private final Map<String, Long> toldSpentCents = new TreeMap<>();
  private long answers;
  private long otherAnswers;
  private long unknown;

  StressClient(
      int number,
      Load load,
      List<StressProcess> processes,
      DecisionRecords records,
      AtomicLong progress) {
    this.name = "c" + number;
    this.load = load;
    this.random = new Random(load.seed() * 1_000_003 + number);
    this.servers = processes.stream().map(Line::new).toList();
    this.records = records;
    this.progress = progress;
  }

  @Override
  public void run() {
    for (int i = 0; i < load.redemptions(); i++) {
      String shopper = "s" + random.nextInt(load.shoppers());
      attempt(name + "-" + i, Load.promotion(random), shopper, Load.cost(random));
      progress.incrementAndGet();
    }
  }

  /** Asks for one redemption; whether it was promised. */
  boolean attempt(String decision, String promotion, String shopper, long cents) {
    String claim = "R " + decision + " " + promotion + " " + shopper + " " + cents;
    Line first = any();
    String granted = first.ask(claim);
    while (granted == null) { // killed: the shop asks another server for the same decision
      first = any();
      granted = first.ask(claim);
    }
    if (!granted.equals(StressServer.GRANTED)) {
      return false;
    }
    boolean elsewhere = random.nextInt(10) == 0;
    boolean cancels = random.nextInt(20) == 0;
    String key = "k-" + decision;
    String ask = key + " " + decision + (cancels ? " CANCEL -" : " COMMIT -");
    Line at = elsewhere ? any() : first;
    String answer = settle(ask, at);
    if (answer.endsWith("NOTHING_PROMISED")) {
      unknown++;
      records.arrive(decision, promotion, shopper, cents);
      answer = settle(ask, at);
    }
    took(promotion, 0, answer);
    again(ask, answer);
    if (!cancels && answer.endsWith(" OK") && random.nextInt(20) == 0) {
      refund(decision, promotion, cents);
    }
    return true;
  }

  private void refund(String decision, String promotion, long spent) {
    String part = random.nextBoolean() ? "-" : String.valueOf(spent / 2);
    String ask = "r-" + decision + " " + decision + " REFUND " + part;
    String answer = settle(ask, any());
    took(promotion, spent, answer);
    again(ask, answer);
  }

  private void took(String promotion, long before, String answer) {
    long now = Long.parseLong(answer.substring(0, answer.indexOf(' ')));
    toldSpentCents.merge(promotion, now - before, Long::sum);
    answers++;
  }

  /** Some of the answers are asked for again, of any server; a key is used for something else. */
  private void again(String ask, String answer) {
    if (random.nextInt(10) == 0 && !settle(ask, any()).equals(answer)) {
      otherAnswers++;
    }
    if (random.nextInt(50) == 0) {
      String other = ask.substring(0, ask.lastIndexOf(' ')) + " 77777";
      if (!settle(other, any()).endsWith("KEY_REUSED")) {
        otherAnswers++;
      }
    }
  }

  private String settle(String ask, Line at) {
    String answer = at.ask("S " + ask);
    while (answer == null || answer.equals(StressServer.AWAY) || answer.endsWith(" LEASED")) {
      Pause.millis(20);
      answer = any().ask("S " + ask);
    }
    return answer;
  }

  private Line any() {
    return servers.get(random.nextInt(servers.size()));
  }

  /** What it was told that each promotion has cost, cents. */
  Map<String, Long> toldSpentCents() {
    return toldSpentCents;
  }

  /** First answers it got. */
  long answers() {
    return answers;
  }

  /** Answers to the same key that were not the same. */
  long otherAnswers() {
    return otherAnswers;
  }

  /** Promises that no row told of when they were redeemed. */
  long unknown() {
    return unknown;
  }
}
