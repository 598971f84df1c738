package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.OPTIONS;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A store with refunds that were told before rows said by whom. */
class RefundsOfBeforeTest {
  @Test
  void whatIsToldSinceComesBackBesideThem() throws Exception {
    try (var server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      var place =
          new ConnectionOptions.Postgres(
              server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      Flyway.configure()
          .dataSource(place.url(), place.user(), place.password())
          .locations("classpath:db/serving")
          .schemas("serving")
          .table("migrations")
          .target("11")
          .load()
          .migrate();
      try (var connection = server.getPostgresDatabase().getConnection();
          var statement = connection.createStatement()) { // line a, by an event
        statement.execute(
            "INSERT INTO serving.budget_settlements (key, decision_id, action, cost_cents,"
                + " promotion_id, refusal, spent_cents, at) VALUES ('r1/1', 'd1', 'REFUND', 300,"
                + " 'ten-off', NULL, 600, '2026-01-08T12:00:00Z')");
      }
      Store.migrate(place, "serving");
      try (var ledger = PostgresLedger.unattended(place, OPTIONS, System::nanoTime)) {
        ledger.follow(rules(1, promotion("ten-off", 2_000L, null, null)));
        ledger.reserve(claim("d1", "ten-off", 600)); // of 900, 300 came back
        assertThat(settled(ledger, commit("k0", "d1")).spentCents()).isEqualTo(600);
        assertThat(settled(ledger, redemption("r1/1", "d1", Action.REFUND, 300L)))
            .as("asked again")
            .isEqualTo(new Settlement("r1/1", "d1", "ten-off", true, null, 600));
        var line = new Reversal(ShopEventType.ORDER_REFUNDED, "o1", "b");
        var asked = new Redemption("r2/1", "d1", Action.REFUND, 300L, null, NOON, line);
        assertThat(settled(ledger, asked).spentCents()).isEqualTo(300);
        assertThat(settled(ledger, redemption("k1", "d1", Action.REFUND, 300L)).spentCents())
            .as("the same by HTTP")
            .isEqualTo(300);

        try (var connection = server.getPostgresDatabase().getConnection();
            var statement = connection.createStatement()) { // by a job that still runs
          statement.execute(
              "INSERT INTO serving.budget_settlements (key, decision_id, action, cost_cents,"
                  + " promotion_id, refusal, spent_cents, at) VALUES ('r3/1', 'd2', 'REFUND', 300,"
                  + " 'ten-off', NULL, 600, '2026-01-08T12:00:00Z')");
        }
        ledger.renew();
        assertThat(ledger.reserve(claim("d2", "ten-off", 600))).isEmpty();
        assertThat(settled(ledger, commit("k2", "d2")).spentCents()).isEqualTo(600);
        var other = new Redemption("r4/1", "d2", Action.REFUND, 200L, null, NOON, line);
        assertThat(settled(ledger, other).spentCents()).isEqualTo(400);
        assertThat(settled(ledger, redemption("k3", "d2", Action.REFUND, 200L)).spentCents())
            .as("the same by HTTP, which says so")
            .isEqualTo(400);
      }
    }
  }
}
