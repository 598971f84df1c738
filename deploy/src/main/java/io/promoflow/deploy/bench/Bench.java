package io.promoflow.deploy.bench;

import java.util.List;

/** A named collection of rows. To add one: implement it and name it in {@link Benches}. */
public interface Bench {
  /** As it is written on the command line. */
  String name();

  /** In the order in which they run. */
  List<BenchRow> rows();
}
