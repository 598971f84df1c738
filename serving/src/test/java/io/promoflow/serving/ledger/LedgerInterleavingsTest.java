package io.promoflow.serving.ledger;

import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.OPTIONS;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers and everything that can happen between their steps, against a simple model. */
class LedgerInterleavingsTest {
  private static final String PROMOTION = "ten-off";
  private static final int STEPS = 300;
  private static final String WANTED =
      "SELECT coalesce(sum(wanted_cents), 0) FROM serving.budget_ledger"
          + " WHERE wanted_until > clock_timestamp()";
  private static final List<Action> ACTIONS =
      List.of(Action.COMMIT, Action.COMMIT, Action.COMMIT, Action.CANCEL, Action.REFUND);
  private static final Set<Refusal> SEEN = EnumSet.noneOf(Refusal.class);
  private static Postgres postgres;
  private static int waited;
  private static int corrections;

  private Random random;
  private LedgerModel model;
  private List<PostgresLedger> servers;
  private long version;
  private int grants;
  private final List<Redemption> waiting = new ArrayList<>();

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
    assertThat(SEEN)
        .contains(
            Refusal.BUDGET_SPENT,
            Refusal.LEASED,
            Refusal.EXPIRED,
            Refusal.NOTHING_PROMISED,
            Refusal.KEY_REUSED);
    assertThat(corrections).as("costs that were told after the redemption").isGreaterThan(3);
    assertThat(waited).as("redemptions that were carried out when leases came back").isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyAnswerIsTheModelsAndEveryCentIsSomewhere(long seed) throws Exception {
    Budgets.empty(postgres);
    random = new Random(seed);
    try (PostgresLedger one = unattended(postgres);
        PostgresLedger other = unattended(postgres)) {
      servers = List.of(one, other);
      model = new LedgerModel(3_000, OPTIONS.reservation());
      follow(3_000);
      for (int step = 0; step < STEPS; step++) {
        step(step);
        everyCentIsSomewhere();
      }
    }
    assertThat(grants).isGreaterThan(20);
    corrections += model.corrections();
  }

  private void step(int step) throws SQLException {
    int server = random.nextInt(2);
    String decision = "d" + random.nextInt(80);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> reserve(server, decision, step);
      case 6, 7, 8 -> renew(server);
      case 9 -> release(server, decision);
      case 10 -> leasesRunOut(server);
      case 11 -> expire(server, step);
      case 12 -> {
        if (random.nextInt(4) == 0) {
          follow(random.nextInt(4_000));
        } else {
          marksEnd();
        }
      }
      case 13 -> askAgain(server);
      default -> settle(server, decision);
    }
  }

  private void reserve(int server, String decision, int step) {
    var claim =
        new Claim(
            decision,
            PROMOTION,
            "shopper-of-" + decision,
            1 + random.nextInt(300),
            NOON.plusSeconds(60L * step));
    boolean granted = servers.get(server).reserve(claim).isEmpty();
    assertThat(granted).isEqualTo(model.reserve(server, claim));
    grants += granted ? 1 : 0;
  }

  private void renew(int server) throws SQLException {
    servers.get(server).renew();
    written(server);
  }

  private void written(int server) throws SQLException {
    model.writeReleases(server);
    model.write(server);
    long free = model.free();
    observeLeases();
    assertThat(model.free())
        .as("servers lease nothing of what is wanted")
        .isGreaterThanOrEqualTo(Math.min(free, model.wanted()));
    model.learns(server);
  }

  private void marksEnd() {
    Budgets.run(postgres, "UPDATE serving.budget_ledger SET wanted_until = clock_timestamp()");
    model.marksEnd();
  }

  private void release(int server, String decision) {
    servers.get(server).release(decision);
    model.release(server, decision);
  }

  private void leasesRunOut(int server) throws SQLException {
    Budgets.leasesRunOut(postgres);
    servers.get(server).sweep();
    model.sweep(server);
    observeLeases();
    assertThat(lease(0) + lease(1)).isZero();
  }

  private void expire(int server, int step) {
    var now = NOON.plus(OPTIONS.reservation()).plusSeconds(60L * random.nextInt(step + 1));
    servers.get(server).eventTime(now);
    servers.get(server).sweep();
    model.eventTime(server, now);
    model.sweep(server);
  }

  private void follow(long budget) throws SQLException {
    version++;
    model.follow(budget);
    for (int server = 0; server < 2; server++) {
      servers.get(server).follow(rules(version, promotion(PROMOTION, budget, null, null)));
      written(server);
    }
  }

  private void settle(int server, String decision) throws SQLException {
    var redemption =
        new Redemption(
            "k" + random.nextInt(150),
            decision,
            ACTIONS.get(random.nextInt(ACTIONS.size())),
            random.nextBoolean()
                ? null
                : (long) random.nextInt(random.nextInt(4) == 0 ? 4_000 : 350),
            null,
            NOON,
            random.nextBoolean() ? null : line());
    settle(server, redemption);
  }

  private void askAgain(int server) throws SQLException {
    if (!waiting.isEmpty()) {
      Redemption redemption = waiting.remove(random.nextInt(waiting.size()));
      waited += settle(server, redemption).settled() ? 1 : 0;
    }
  }

  private Settlement settle(int server, Redemption redemption) throws SQLException {
    boolean writesFirst = model.isPending(server, redemption.decisionId());
    Settlement would = null;
    if (!writesFirst) {
      would = servers.get(server).wouldSettle(redemption).toCompletableFuture().join();
    }
    Settlement answer = settled(servers.get(server), redemption);
    if (writesFirst) {
      written(server);
      would = answer;
    }
    assertThat(answer).isEqualTo(model.settle(redemption)).isEqualTo(would);
    if (answer.refusal() == Refusal.LEASED) {
      Budgets.marksLast(postgres);
      waiting.add(redemption);
    }
    assertThat(Budgets.number(postgres, WANTED)).isEqualTo(model.wanted());
    if (answer.refusal() != null) {
      SEEN.add(answer.refusal());
    }
    return answer;
  }

  private Reversal line() {
    var type = random.nextBoolean() ? ORDER_CANCELLED : ORDER_REFUNDED;
    int product = random.nextInt(5);
    return new Reversal(type, "o1", product == 4 ? null : "p" + product % 2);
  }

  private void observeLeases() throws SQLException {
    model.leases(lease(0), lease(1));
  }

  private long lease(int server) throws SQLException {
    try (var connection = postgres.store().getConnection();
        var query =
            connection.prepareStatement(
                "SELECT coalesce(sum(cents), 0) FROM serving.budget_leases WHERE server_id = ?")) {
      query.setString(1, servers.get(server).server());
      try (var rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private void everyCentIsSomewhere() throws SQLException {
    LedgerFigures now = figures(servers.get(0), PROMOTION);
    assertThat(now.committed()).isEqualTo(model.sum("COMMITTED"));
    assertThat(now.reserved()).isEqualTo(model.sum("RESERVED"));
    assertThat(now.leased()).isEqualTo(lease(0) + lease(1));
    long used = now.committed() + now.reserved() + now.leased();
    assertThat(now.free()).isEqualTo(Math.max(0, now.budget() - used));
    assertThat(now.overspent()).isZero();
  }
}
