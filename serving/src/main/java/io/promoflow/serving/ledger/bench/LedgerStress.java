package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many clients redeem scarce promotions at two server processes, while either server and the
 * database are killed with SIGKILL and started again. The rows that are left are checked by SQL.
 */
public final class LedgerStress {
  private static final int SERVERS = 2;
  private static final int LEASES_TO_DRAIN = 4;

  private final Load load;
  private final Path folder;
  private final AtomicLong progress = new AtomicLong();
  private int kills;

  private LedgerStress(Load load, Path folder) {
    this.load = load;
    this.folder = folder;
  }

  /**
   * Arguments: file for the report, empty folder for the servers, and, instead of 64, 20,000 and 1,
   * clients, redemptions of each and seed.
   */
  public static void main(String[] args) throws Exception {
    Load load =
        args.length < 5
            ? Load.of(64, 20_000, 1)
            : Load.of(
                Integer.parseInt(args[2]), Integer.parseInt(args[3]), Long.parseLong(args[4]));
    Files.writeString(Path.of(args[0]), run(load, Path.of(args[1])) + "\n");
  }

  /** Runs it in an empty folder. */
  public static StressReport run(Load load, Path folder) throws Exception {
    return new LedgerStress(load, folder).run();
  }

  private StressReport run() throws Exception {
    long began = System.nanoTime();
    var servers = new ArrayList<StressProcess>();
    try (var store = new KilledStore(folder.resolve("postgres"))) {
      prepare(store);
      for (int i = 0; i < SERVERS; i++) {
        Path own = folder.resolve("server-" + i);
        servers.add(new StressProcess(own, store.place().url(), load.lease()));
      }
      List<StressClient> clients = clients(store, servers);
      redeem(store, servers, clients);
      drain(clients.get(0));
      return report(store, clients, (System.nanoTime() - began) / 1e9);
    } finally {
      servers.forEach(StressProcess::close);
    }
  }

  private void prepare(KilledStore store) throws SQLException {
    Store.migrate(store.place(), "serving");
    RuleSet rules = load.rules();
    String sql =
        "INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules)"
            + " VALUES (?, ?, ?, ?, ?::jsonb)";
    var place = store.place();
    try (var connection = DriverManager.getConnection(place.url(), place.user(), place.password());
        var insert = connection.prepareStatement(sql)) {
      insert.setLong(1, rules.version());
      insert.setString(2, rules.author());
      insert.setString(3, rules.note());
      insert.setObject(4, rules.appliedAt().atOffset(ZoneOffset.UTC));
      insert.setString(5, Wire.text(rules));
      insert.executeUpdate();
    }
  }

  private List<StressClient> clients(KilledStore store, List<StressProcess> servers) {
    var records = new DecisionRecords(store.place());
    var clients = new ArrayList<StressClient>();
    for (int i = 0; i < load.clients(); i++) {
      clients.add(new StressClient(i, load, servers, records, progress));
    }
    return clients;
  }

  private void redeem(KilledStore store, List<StressProcess> servers, List<StressClient> clients)
      throws IOException, InterruptedException, ExecutionException {
    var threads = Executors.newFixedThreadPool(clients.size());
    try {
      var running = new ArrayList<Future<?>>();
      clients.forEach(client -> running.add(threads.submit(client)));
      after(0.2, running, () -> restart(servers.get(0)));
      after(0.4, running, () -> restart(store));
      after(0.6, running, () -> restart(servers.get(1)));
      after(0.8, running, () -> restart(store));
      for (Future<?> client : running) {
        client.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Kills something when that share of the redemptions has been asked for. */
  private void after(double share, List<Future<?>> running, Callable<Integer> kill)
      throws IOException {
    while (progress.get() < share * load.asked()) {
      if (running.stream().allMatch(Future::isDone)) {
        throw new IllegalStateException("the clients ended before the kill at " + share);
      }
      Pause.millis(5);
    }
    try {
      kills += kill.call();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private int restart(StressProcess server) throws IOException {
    server.kill();
    server.start();
    return 1;
  }

  private int restart(KilledStore store) throws IOException {
    store.kill();
    Pause.millis(500); // a while without a database
    store.start();
    return 1;
  }

  /** Claims by the cent until nothing was granted for some leases: killed servers' are back. */
  private void drain(StressClient client) {
    long quiet = load.lease().toNanos() * LEASES_TO_DRAIN;
    long lastGrant = System.nanoTime();
    for (int i = 0; System.nanoTime() - lastGrant < quiet; i++) {
      boolean granted = false;
      for (String promotion : List.of("stock-1", "stock-3", "stock-many", "cents")) {
        granted |= client.attempt("drain-" + promotion + i, promotion, "s-drain", 1);
      }
      if (granted) {
        lastGrant = System.nanoTime();
      } else {
        Pause.millis(10);
      }
    }
  }

  private StressReport report(KilledStore store, List<StressClient> clients, double seconds)
      throws SQLException {
    var told = new TreeMap<String, Long>();
    clients.forEach(
        client -> client.toldSpentCents().forEach((id, cents) -> told.merge(id, cents, Long::sum)));
    try (var check = new StressCheck(store.place())) {
      Map<String, Long> spent = check.spentCents();
      long lost =
          told.keySet().stream()
              .filter(id -> !told.get(id).equals(spent.getOrDefault(id, 0L)))
              .count();
      return new StressReport(
          check.overspentCents(),
          check.capBreaches(),
          clients.stream().mapToLong(StressClient::otherAnswers).sum(),
          lost,
          check.wrongSums(),
          check.lostUnspent(),
          check.unspent(),
          load.asked(),
          clients.stream().mapToLong(StressClient::answers).sum(),
          check.settlements(),
          clients.stream().mapToLong(StressClient::unknown).sum(),
          kills,
          seconds);
    }
  }
}
