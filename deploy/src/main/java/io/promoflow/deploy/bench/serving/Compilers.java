package io.promoflow.deploy.bench.serving;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Java's own compilers: what runs before they are done is not what a server costs. */
final class Compilers {
  /** A compiler that works this share of the time, or more, is not done. */
  private static final double WORKING = 0.02;

  private static final double NANOS_OF_MILLI = 1e6;
  private static final int MOST_TIMES = 18;

  private Compilers() {}

  /** What is to be compiled, for some seconds. */
  interface Work {
    void run() throws IOException;
  }

  /** Goes on with some work until the compilers are done with it, but not for ever. */
  static void settle(Work work) throws IOException {
    var compilers = ManagementFactory.getCompilationMXBean();
    for (int i = 0; i < MOST_TIMES; i++) {
      long compiled = compilers.getTotalCompilationTime();
      long began = System.nanoTime();
      work.run();
      double millis = (System.nanoTime() - began) / NANOS_OF_MILLI;
      if ((compilers.getTotalCompilationTime() - compiled) / millis < WORKING) {
        return;
      }
    }
  }
}
