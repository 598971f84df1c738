package io.promoflow.deploy.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.OptionalDouble;

/**
 * Takes pairs of a row, alternating who goes first (A B B A), so that a machine that gets slower or
 * faster meanwhile favours nobody.
 *
 * @param warmUp pairs that are taken first and do not count
 * @param counted pairs that count
 */
record Pairs(int warmUp, int counted, PrintWriter out) {
  /** From which on the second worst bounds the median. */
  static final int ENOUGH = 9;

  private static final int TRIAL_SHARE = 3;

  RowResult of(BenchRow row, BenchRow.Trial trial, SideCall call) throws Exception {
    BenchRow.Trial shortly =
        (side, asked) -> trial.run(side, asked.lasting(Math.max(1, call.seconds() / TRIAL_SHARE)));
    try (var prepared = row.prepare(call, shortly)) {
      SideCall ready = call.with(prepared.settings());
      var result =
          new RowResult(
              row,
              prepared.rivalConfiguration(),
              new ArrayList<>(),
              new ArrayList<>(),
              row.limitName().isPresent()
                  ? OptionalDouble.of(shortly.run(Side.LIMIT, ready).figure())
                  : OptionalDouble.empty());
      say("%s: against %s (%s)", row.name(), row.rivalName(), prepared.rivalConfiguration());
      for (int pair = 0; pair < warmUp + counted; pair++) {
        take(pair, ready.ofPair(pair), trial, result);
      }
      return result;
    }
  }

  private void take(int pair, SideCall call, BenchRow.Trial trial, RowResult into)
      throws Exception {
    boolean oursFirst = pair % 2 == 0;
    SideResult first = trial.run(oursFirst ? Side.OURS : Side.RIVAL, call);
    SideResult second = trial.run(oursFirst ? Side.RIVAL : Side.OURS, call);
    SideResult ours = oursFirst ? first : second;
    SideResult rival = oursFirst ? second : first;
    boolean counts = pair >= warmUp;
    if (counts) {
      into.ours().add(ours);
      into.rival().add(rival);
    }
    say(
        "%s: pair %d of %d%s: ours %,.4g, rival %,.4g %s, ratio %.3f%s",
        into.row().name(),
        counts ? pair - warmUp + 1 : pair + 1,
        counts ? counted : warmUp,
        counts ? "" : " to warm up",
        ours.figure(),
        rival.figure(),
        into.row().unit(),
        ours.figure() / rival.figure(),
        into.row().sameAnswer(ours, rival) ? "" : ", ANSWERS DIFFER");
  }

  private void say(String text, Object... values) {
    out.printf(text + "%n", values);
    out.flush();
  }
}
