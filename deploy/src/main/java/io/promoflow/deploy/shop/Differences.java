package io.promoflow.deploy.shop;

import java.util.ArrayList;
import java.util.List;

/** Counts what differs from what the shop knows, with some examples for people. */
final class Differences {
  private static final int EXAMPLES = 10;

  private final List<String> examples = new ArrayList<>();
  private long lost;
  private long duplicated;
  private long wrong;
  private long extra;
  private long checked;

  void checked() {
    checked++;
  }

  void lost(String what) {
    lost++;
    example("lost: " + what);
  }

  void duplicated(String what, long times) {
    duplicated += times;
    example("duplicated: " + what);
  }

  void wrong(String what) {
    wrong++;
    example("wrong: " + what);
  }

  void wrong(String what, Object expected, Object found) {
    wrong(what + " must be " + expected + ", is " + found);
  }

  void extra(String what) {
    extra++;
    example("extra: " + what);
  }

  /** A count that is too large by so much, or too small when it is below 0. */
  void differs(String what, long difference) {
    lost += Math.max(0, -difference);
    extra += Math.max(0, difference);
    example(what + " differs by " + difference);
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }

  Oracle.Verdict verdict() {
    return new Oracle.Verdict(lost, duplicated, wrong, extra, checked, List.copyOf(examples));
  }
}
