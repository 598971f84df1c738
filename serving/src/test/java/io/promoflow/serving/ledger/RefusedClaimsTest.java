package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.serving.Postgres;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the database does not take stops nobody else. */
class RefusedClaimsTest {
  private static final Instant NEVER = Instant.parse("-9999-01-01T00:00:00Z");
  private static Postgres postgres;
  private PostgresLedger ledger;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() {
    Budgets.empty(postgres);
    ledger = unattended(postgres);
    ledger.follow(
        rules(1, promotion("gift-a", 10_000L, 10L, null), promotion("gift-b", 10_000L, 10L, null)));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private void promise(String decision, String gift) {
    assertThat(ledger.reserve(claim(decision, gift, 300))).isEmpty();
  }

  private void promiseWhatCannotBeWritten(String decision, String gift) {
    assertThat(ledger.reserve(new Claim(decision, gift, "ada", 300, NEVER))).isEmpty();
  }

  private long reserved(String gift) {
    return figures(ledger, gift).reserved();
  }

  @Test
  void aClaimThatCannotBeWrittenIsDroppedAndAllOthersAreWritten() {
    promise("d1", "gift-a");
    promiseWhatCannotBeWritten("d2", "gift-a");
    promise("d3", "gift-a");
    promise("d4", "gift-b");
    promiseWhatCannotBeWritten("d5", "gift-a");
    ledger.flush();
    assertThat(reserved("gift-a")).isEqualTo(600);
    assertThat(reserved("gift-b")).isEqualTo(300);
    ledger.renew();
    ledger.flush();
    for (String id : new String[] {"d1", "d3", "d4"}) {
      assertThat(settled(ledger, commit("k-" + id, id)).settled()).isTrue();
    }
    assertThat(settled(ledger, commit("k-d2", "d2")).refusal()).isEqualTo(Refusal.NOTHING_PROMISED);
  }

  @Test
  void whatADroppedClaimTookIsPromisedAgain() {
    for (int i = 0; i < 5; i++) { // all that is leased: half of the stock
      promiseWhatCannotBeWritten("bad" + i, "gift-a");
    }
    assertThat(ledger.reserve(claim("d1", "gift-a", 300))).contains(Refusal.NO_LEASE);
    ledger.flush();
    for (int i = 1; i <= 10; i++) {
      promise("d" + i, "gift-a");
      ledger.flush();
    }
    assertThat(reserved("gift-a")).isEqualTo(3_000);
  }

  @Test
  void whatCannotBeWrittenForNowIsWrittenLater() {
    promise("d1", "gift-a");
    promise("d2", "gift-b");
    String all = "ALTER TABLE serving.budget_promises ";
    Budgets.run(postgres, all + "RENAME TO budget_promises_in_repair");
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    Budgets.run(
        postgres, "ALTER TABLE serving.budget_promises_in_repair RENAME TO budget_promises");
    ledger.flush();
    assertThat(reserved("gift-a") + reserved("gift-b")).as("nothing was dropped").isEqualTo(600);
  }

  @Test
  void aPromotionWhoseRowIsBrokenStopsNoOther() {
    promise("d1", "gift-a");
    promise("d2", "gift-b");
    Budgets.run(
        postgres,
        "UPDATE serving.budget_ledger SET stretches = '[1]' WHERE promotion_id = 'gift-a'");
    assertThatThrownBy(ledger::flush)
        .as("the server itself is there")
        .isInstanceOf(IllegalStateException.class);
    assertThat(Budgets.number(postgres, "SELECT count(*) FROM serving.budget_promises"))
        .isEqualTo(1);
    Budgets.run(postgres, "UPDATE serving.budget_ledger SET stretches = NULL");
    ledger.flush();
    assertThat(reserved("gift-a") + reserved("gift-b")).as("nothing was dropped").isEqualTo(600);
  }
}
