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
}
