package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.serving.Postgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redemptions that wait together, when one of them fails. */
class SettlerTest {
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
    Budgets.run(
        postgres,
        """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.key = 'bad' THEN RAISE EXCEPTION 'bad' USING ERRCODE = '22000'; END IF;
          IF NEW.key = 'fatal' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER fail BEFORE INSERT ON serving.budget_settlements
          FOR EACH ROW EXECUTE FUNCTION fail()
        """);
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    Budgets.empty(postgres);
  }

  /** Asks for all while the row is locked, so that they wait together. */
  private static List<CompletableFuture<Settlement>> together(PostgresLedger ledger, String... keys)
      throws Exception {
    var answers = new ArrayList<CompletableFuture<Settlement>>();
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      AccountRows.lock(connection, List.of("ten-off"));
      answers.add(ledger.settle(commit("ahead", "d1")).toCompletableFuture());
      Budgets.waitUntil(
          postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1);
      for (String key : keys) {
        answers.add(ledger.settle(commit(key, "d1")).toCompletableFuture());
      }
      connection.rollback();
    }
    return answers;
  }

  private static PostgresLedger promised() {
    PostgresLedger ledger = unattended(postgres);
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    ledger.reserve(claim("d1", "ten-off", 300));
    ledger.flush();
    return ledger;
  }

  @Test
  void whatCannotBeAnsweredKeepsNobodyFromHisAnswer() throws Exception {
    try (PostgresLedger ledger = promised()) {
      List<CompletableFuture<Settlement>> answers = together(ledger, "k1", "bad", "k2");
      assertThat(answers.get(1).join().settled()).isTrue();
      assertThat(answers.get(3).join().settled()).isTrue();
      assertThatThrownBy(() -> answers.get(2).join())
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whenTheStoreGoesAwayAmongThemTheRestWaitsForNothing() throws Exception {
    try (PostgresLedger ledger = promised()) {
      List<CompletableFuture<Settlement>> answers = together(ledger, "bad", "k1", "fatal", "k2");
      assertThat(answers.get(2).join().settled()).isTrue();
      for (int i : new int[] {3, 4}) {
        assertThatThrownBy(() -> answers.get(i).join())
            .hasCauseInstanceOf(LedgerUnavailableException.class);
      }
      assertThat(
              Budgets.number(
                  postgres, "SELECT count(*) FROM serving.budget_settlements WHERE key = 'k2'"))
          .as("not tried")
          .isZero();
      assertThat(settled(ledger, commit("k2", "d1")).settled()).as("asked again").isTrue();
    }
  }

  private static final String STUCK =
      " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

  /** Asks for one while its row is locked, and for whatever else; then the connection breaks. */
  private static List<CompletableFuture<Settlement>> asTheStoreGoes(
      PostgresLedger ledger, Supplier<List<CompletableFuture<Settlement>>> others)
      throws Exception {
    var answers = new ArrayList<CompletableFuture<Settlement>>();
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      AccountRows.lock(connection, List.of("ten-off"));
      answers.add(ledger.settle(commit("ahead", "d1")).toCompletableFuture());
      Budgets.waitUntil(postgres, "SELECT count(*)" + STUCK, 1);
      answers.addAll(others.get());
      assertThat(Budgets.number(postgres, "SELECT pg_terminate_backend(pid)::int" + STUCK))
          .isEqualTo(1);
      for (CompletableFuture<Settlement> one : answers) {
        assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(LedgerUnavailableException.class);
      }
      connection.rollback();
    }
    return answers;
  }

  @Test
  void whenTheLedgerIsAwayAllWhoWaitAreToldAtOnce() throws Exception {
    try (PostgresLedger ledger = promised()) {
      asTheStoreGoes(
          ledger,
          () -> {
            var others = new ArrayList<CompletableFuture<Settlement>>();
            for (int i = 0; i < 700; i++) { // real and tried out by turns: none go together
              Redemption one = commit("k" + i, "d1");
              others.add(
                  (i % 2 == 0 ? ledger.settle(one) : ledger.wouldSettle(one))
                      .toCompletableFuture());
            }
            return others;
          });
      assertThat(Budgets.number(postgres, "SELECT count(*) FROM serving.budget_settlements"))
          .as("nobody is told no, and settled later")
          .isZero();
      assertThat(settled(ledger, commit("k1", "d1")).settled()).as("asked again").isTrue();
    }
  }

  @Test
  void noMoreWaitThanAreSettledSoon() throws Exception {
    try (PostgresLedger ledger = promised()) {
      asTheStoreGoes(
          ledger,
          () -> {
            var others = new ArrayList<CompletableFuture<Settlement>>();
            for (int i = 0; i < Settler.MOST_WAITING; i++) {
              others.add(ledger.settle(commit("k" + i, "d1")).toCompletableFuture());
            }
            assertThat(others).noneMatch(CompletableFuture::isDone);
            CompletableFuture<Settlement> more =
                ledger.settle(commit("more", "d1")).toCompletableFuture();
            assertThat(more).as("at once").isCompletedExceptionally();
            others.add(more);
            return others;
          });
    }
  }
}
