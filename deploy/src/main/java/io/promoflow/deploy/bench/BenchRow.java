package io.promoflow.deploy.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One comparison: what is compared, and how either side is run in its own process. */
public interface BenchRow {
  /** Stable, so that figures can be followed over time. */
  String name();

  /** Of the figures of both sides, for example events/s. */
  String unit();

  /** What the ratio ours ÷ rival has to reach. */
  Bar bar();

  String rivalName();

  /** The physical limit that is measured beside the pairs, in the same unit. */
  default Optional<String> limitName() {
    return Optional.empty();
  }

  /**
   * Readies what both sides share (servers, input) and chooses the rival's best configuration.
   *
   * @param trial starts a side for a short time, to try configurations
   */
  default Prepared prepare(SideCall call, Trial trial) throws Exception {
    return new Prepared(Map.of(), "", () -> {});
  }

  /** Runs one side; called in a process that does nothing else. */
  SideResult run(Side side, SideCall call) throws Exception;

  /** The command of a side that runs in another program; empty: {@link #run} in one like this. */
  default Optional<List<String>> command(Side side, SideCall call) throws Exception {
    return Optional.empty();
  }

  /** Whether the two sides of a pair came to the same; without that there is no ratio. */
  default boolean sameAnswer(SideResult ours, SideResult rival) {
    return ours.checksum().equals(rival.checksum());
  }

  /** Whether every pair gets the same input, so that ours must come to the same in all of them. */
  default boolean sameInput() {
    return true;
  }

  /** Most seconds that one side may take, start-up included. */
  default long boundSeconds(SideCall call) {
    return 300 + 8L * call.seconds();
  }

  /** Starts a side in its own process. */
  interface Trial {
    SideResult run(Side side, SideCall call) throws Exception;
  }

  /**
   * What is ready.
   *
   * @param settings handed to every side
   * @param rivalConfiguration as it is printed
   * @param end frees what was readied
   */
  record Prepared(Map<String, String> settings, String rivalConfiguration, AutoCloseable end)
      implements AutoCloseable {
    @Override
    public void close() throws Exception {
      end.close();
    }
  }
}
