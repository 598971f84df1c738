package io.promoflow.deploy.bench;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.BulkWriter;
import java.util.Map;

/** Upserts of rows of seven plain columns into PostgreSQL. */
record WriteRow(String name, Bar bar) implements BenchRow {
  private static final String URL = "postgres.url";
  private static final String USER = "postgres";
  private static final int ROWS = 200_000;
  private static final long SEED = 20_260_105L;
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "rows/s";
  }

  @Override
  public String rivalName() {
    return "JDBC batches, reWriteBatchedInserts";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    var folder = new DataFolder(call.folder().resolve("servers"));
    folder.wipe();
    var store = EmbeddedStore.start(folder);
    return new Prepared(
        Map.of(URL, store.postgres().url()),
        "best of batches of %s, one session (ours: up to %d)"
            .formatted(WriteSides.RIVAL_BATCHES, BulkWriter.SESSIONS),
        store);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    var postgres = new Postgres(call.setting(URL), USER, USER);
    write(side, postgres);
    long cpu = Meter.cpuNanos();
    long start = System.nanoTime();
    double secondsPerRow = 0;
    int runs = 0;
    while (System.nanoTime() - start < call.seconds() * NANOS) {
      secondsPerRow += 1 / write(side, postgres);
      runs++;
    }
    String table = side == Side.OURS ? WriteSides.OURS : WriteSides.RIVALS;
    return new SideResult(
        runs / secondsPerRow,
        (Meter.cpuNanos() - cpu) / NANOS,
        WriteSides.checksum(postgres.url(), USER, USER, table),
        Map.of("rows", (double) runs * ROWS));
  }

  private static double write(Side side, Postgres postgres) throws Exception {
    return side == Side.OURS
        ? WriteSides.ours(postgres.url(), USER, USER, ROWS, SEED)
        : WriteSides.rival(postgres.url(), USER, USER, ROWS, SEED);
  }
}
