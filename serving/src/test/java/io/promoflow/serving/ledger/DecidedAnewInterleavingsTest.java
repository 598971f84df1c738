package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.OPTIONS;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Promise.Status;
import io.promoflow.serving.ledger.Redemption.Action;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Questions that are asked again at another server, or at the same one, and get another promotion:
 * every cent and unit is somewhere, and a decision stands for what was logged; while nothing is,
 * for what was decided last of what was written; unless the shop has settled it before.
 */
class DecidedAnewInterleavingsTest {
  private static final int STEPS = 250;
  private static final List<String> GIFTS = List.of("gift-a", "gift-b", "gift-c");
  private static final List<Action> ACTIONS =
      List.of(Action.COMMIT, Action.COMMIT, Action.CANCEL, Action.REFUND);
  private static final List<String> SETTLED = List.of("COMMITTED", "CANCELLED", "REFUNDED");
  private static Postgres postgres;
  private static int replaced;
  private static int corrected;
  private static int kept;

  private Random random;
  private final List<PostgresLedger> servers = new ArrayList<>();
  private final List<PostgresLedger> killed = new ArrayList<>();
  private final List<Map<String, Claim>> granted = List.of(new HashMap<>(), new HashMap<>());
  private final List<Map<String, Claim>> pending =
      List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
  private final List<List<Claim>> releases = List.of(new ArrayList<>(), new ArrayList<>());
  private final Map<String, Claim> stands = new HashMap<>();
  private final Map<String, Claim> logged = new HashMap<>();
  private int keys;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
    assertThat(replaced).as("promises that gave way").isGreaterThan(20);
    assertThat(corrected).as("promises that were not what was logged").isGreaterThan(5);
    assertThat(kept).as("logged promises that were given up by their server").isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsLoggedOrDecidedLastStandsAndEveryCentIsSomewhere(long seed) throws Exception {
    Budgets.empty(postgres);
    random = new Random(seed);
    try {
      for (int server = 0; server < 2; server++) {
        servers.add(opened());
      }
      for (int step = 0; step < STEPS; step++) {
        step(step);
        check();
      }
    } finally {
      servers.forEach(PostgresLedger::close);
      killed.forEach(PostgresLedger::close);
    }
  }

  private static PostgresLedger opened() {
    PostgresLedger ledger = unattended(postgres);
    ledger.follow(
        rules(
            1,
            promotion("gift-a", 3_000L, 6L, null),
            promotion("gift-b", 2_000L, 100L, 1),
            promotion("gift-c", null, 9L, null),
            promotion("ten-off", null, null, null)));
    return ledger;
  }

  private void step(int step) throws SQLException {
    int server = random.nextInt(2);
    String decision = "d" + random.nextInt(25);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> reserve(server, decision, step);
      case 6, 7, 8, 9 -> write(server);
      case 10 -> release(server, decision);
      case 11 -> {
        Budgets.leasesRunOut(postgres);
        servers.get(server).sweep();
      }
      case 12 -> {
        servers.get(server).eventTime(NOON.plus(OPTIONS.reservation()).plusSeconds(step / 2));
        servers.get(server).sweep();
      }
      case 13 -> kill(server);
      case 14, 15 -> log(server, decision);
      case 16, 17 -> decideAgain(server, decision, step);
      default -> settle(server, decision);
    }
  }

  private void reserve(int server, String decision, int step) {
    String gift = GIFTS.get(random.nextInt(GIFTS.size()));
    String shopper = "shopper-of-" + decision;
    var claim =
        new Claim(decision, gift, shopper, random.nextInt(400), NOON.plusSeconds(step / 40));
    Claim before = granted.get(server).get(decision);
    if (before != null && before.promotionId().equals(gift)) {
      assertThat(servers.get(server).reserve(claim)).isEmpty();
    } else if (servers.get(server).reserve(claim).isEmpty()) {
      takeBack(server, before);
      granted.get(server).put(decision, claim);
      pending.get(server).put(decision, claim);
    }
  }

  private void release(int server, String decision) {
    servers.get(server).release(decision);
    takeBack(server, granted.get(server).remove(decision));
  }

  private void takeBack(int server, Claim before) {
    if (before != null && !pending.get(server).remove(before.decisionId(), before)) {
      releases.get(server).add(before);
    }
  }

  /**
   * What a server decided comes into the table; or something that nobody claims; or nothing. Then
   * it is settled.
   */
  private void log(int server, String decision) throws SQLException {
    String shopper = "shopper-of-" + decision;
    Claim claim =
        switch (random.nextInt(6)) {
          case 0, 1 -> new Claim(decision, "ten-off", shopper, random.nextInt(400), NOON);
          case 2 -> new Claim(decision, null, shopper, 0, NOON);
          default -> granted.get(server).get(decision);
        };
    if (claim != null) {
      Budgets.logged(postgres, decision, claim.promotionId(), claim.costCents());
      logged.putIfAbsent(decision, claim);
      settle(server, decision);
    }
  }

  /**
   * What a server told is logged; it no longer remembers it, and decides again or takes it back.
   */
  private void decideAgain(int server, String decision, int step) throws SQLException {
    reserve(server, decision, step);
    write(server);
    Claim told = granted.get(server).get(decision);
    if (told != null) {
      Budgets.logged(postgres, decision, told.promotionId(), told.costCents());
      logged.putIfAbsent(decision, told);
      if (random.nextBoolean()) {
        reserve(server, decision, step);
      } else {
        release(server, decision);
      }
      write(server);
    }
  }

  private void kill(int server) {
    killed.add(servers.set(server, opened()));
    granted.get(server).clear();
    pending.get(server).clear();
    releases.get(server).clear();
  }

  private void write(int server) throws SQLException {
    Map<String, Status> statuses = statuses();
    servers.get(server).renew();
    Map<String, Status> after = statuses();
    for (Claim claim : releases.get(server)) {
      if (isOf(claim, stands.get(claim.decisionId()))) {
        boolean wasReserved = statuses.get(claim.decisionId()) == Status.RESERVED;
        if (!isOf(claim, logged.get(claim.decisionId()))) {
          statuses.replace(claim.decisionId(), Status.RESERVED, Status.RELEASED);
        } else if (wasReserved) {
          assertThat(after)
              .as("told and logged")
              .containsEntry(claim.decisionId(), Status.RESERVED);
          kept++;
        }
      }
    }
    releases.get(server).clear();
    pending.get(server).values().stream()
        .sorted(Comparator.comparing(Claim::promotionId))
        .forEach(claim -> written(claim, statuses.get(claim.decisionId())));
    pending.get(server).clear();
  }

  private static boolean isOf(Claim claim, Claim other) {
    return other != null && claim.promotionId().equals(other.promotionId());
  }

  private void written(Claim claim, Status status) {
    Claim before = stands.get(claim.decisionId());
    boolean another = before != null && !before.promotionId().equals(claim.promotionId());
    boolean open = status == Status.RESERVED || status == Status.EXPIRED;
    Claim first = logged.get(claim.decisionId());
    boolean givesWay =
        open
            && another
            && (first == null
                ? before.at().isBefore(claim.at())
                : claim.promotionId().equals(first.promotionId()));
    if (before == null || status == Status.RELEASED || givesWay) {
      stands.put(claim.decisionId(), claim);
      replaced += givesWay ? 1 : 0;
    }
  }

  private void settle(int server, String decision) throws SQLException {
    write(server);
    Redemption asked =
        redemption(
            "k" + keys++,
            decision,
            ACTIONS.get(random.nextInt(ACTIONS.size())),
            random.nextBoolean() ? null : (long) random.nextInt(400));
    Status before = statuses().get(decision);
    String promised = promotions().get(decision);
    Settlement answer = settled(servers.get(server), asked);
    boolean settledBefore = SETTLED.contains(String.valueOf(before));
    Claim standing =
        settledBefore || !logged.containsKey(decision)
            ? stands.get(decision)
            : logged.get(decision);
    if (answer.refusal() != Refusal.NOTHING_PROMISED) {
      corrected += promised == null || standing.promotionId().equals(promised) ? 0 : 1;
      stands.put(decision, standing);
    }
    assertThat(answer.promotionId()).isEqualTo(standing == null ? null : standing.promotionId());
    if (answer.refusal() != Refusal.NOTHING_PROMISED) {
      write(1 - server);
      assertThat(settled(servers.get(1 - server), asked)).as("asked again").isEqualTo(answer);
    }
  }

  private void check() throws SQLException {
    assertThat(promotions())
        .isEqualTo(
            stands.values().stream()
                .collect(
                    HashMap::new, (m, c) -> m.put(c.decisionId(), c.promotionId()), Map::putAll));
    String wrong =
        "SELECT count(*) FROM serving.budget_ledger b WHERE (committed_cents, committed_units,"
            + " reserved_cents, reserved_units) <> (SELECT"
            + " coalesce(sum(spent_cents) FILTER (WHERE status = 'COMMITTED'), 0),"
            + " count(*) FILTER (WHERE status = 'COMMITTED'),"
            + " coalesce(sum(cost_cents) FILTER (WHERE status = 'RESERVED'), 0),"
            + " count(*) FILTER (WHERE status = 'RESERVED')"
            + " FROM serving.budget_promises p WHERE p.promotion_id = b.promotion_id)"
            + " OR (leased_cents, leased_units) <> (SELECT coalesce(sum(cents), 0),"
            + " coalesce(sum(units), 0) FROM serving.budget_leases l"
            + " WHERE l.promotion_id = b.promotion_id)"
            + " OR committed_cents > limit_cents OR committed_units > limit_units";
    assertThat(Budgets.number(postgres, wrong)).isZero();
  }

  private static Map<String, String> promotions() throws SQLException {
    return read("promotion_id");
  }

  private static Map<String, Status> statuses() throws SQLException {
    var found = new HashMap<String, Status>();
    read("status").forEach((id, status) -> found.put(id, Status.valueOf(status)));
    return found;
  }

  private static Map<String, String> read(String column) throws SQLException {
    var found = new HashMap<String, String>();
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT decision_id, " + column + " FROM serving.budget_promises")) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getString(2));
      }
    }
    return found;
  }
}
