package io.promoflow.serving.ledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Postgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A check that finds nothing must be one that would have found it. */
class StressCheckTest {
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  /** A budget of 100 cents, 2 units and a cap of 1, of which 60 cents and 1 unit are spent. */
  @BeforeEach
  void sound() throws Exception {
    run("TRUNCATE serving.budget_ledger, serving.budget_promises CASCADE");
    run(
        "INSERT INTO serving.budget_ledger VALUES ('p', 1, true, 100, 2, 1, null, null, null, 10,"
            + " 100, 0, 40, 0, 60, 0, 2, 0, 1, 0, 1, 0)");
    run("INSERT INTO serving.budget_leases VALUES ('s', 'p', 40, 1, now())");
    promise("d1", "ada", 60);
  }

  @Test
  void soundRowsAreFoundSound() throws Exception {
    try (var check = new StressCheck(postgres.place())) {
      assertThat(check.overspentCents()).isZero();
      assertThat(check.capBreaches()).isZero();
      assertThat(check.wrongSums()).isZero();
      assertThat(check.lostUnspent()).isZero();
      assertThat(check.unspent()).isEqualTo(41);
    }
  }

  @Test
  void overspendBreachesAndWrongSumsAreFound() throws Exception {
    promise("d2", "ada", 70);
    promise("d3", "bob", 1);
    try (var check = new StressCheck(postgres.place())) {
      assertThat(check.overspentCents()).isEqualTo(31);
      assertThat(check.capBreaches()).isEqualTo(2); // a third unit, and ada's second
      assertThat(check.wrongSums()).isEqualTo(1);
    }
  }

  @Test
  void whatNobodyHoldsThoughThereWasDemandIsFound() throws Exception {
    run("UPDATE serving.budget_ledger SET free_cents = 30, leased_cents = 10");
    run("UPDATE serving.budget_leases SET cents = 10");
    try (var check = new StressCheck(postgres.place())) {
      assertThat(check.wrongSums()).isZero();
      assertThat(check.lostUnspent()).isEqualTo(30);
    }
  }

  private static void promise(String decision, String shopper, long cents) throws Exception {
    run(
        "INSERT INTO serving.budget_promises VALUES ('%s', 'p', '%s', 'COMMITTED', %d, %d, now(),"
                .formatted(decision, shopper, cents, cents)
            + " now(), now(), now())");
  }

  private static void run(String sql) throws Exception {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
