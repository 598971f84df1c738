package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.OPTIONS;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.number;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.promoflow.serving.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of who waits for a reading, whatever happens while it runs. */
class StandingReaderTest {
  private static final String STUCK =
      " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

  private static Postgres postgres;
  private PostgresLedger ledger;
  private Claim good;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void promise() {
    Budgets.empty(postgres);
    ledger = Budgets.unattended(postgres);
    ledger.follow(rules(1, promotion("good", 1_000L, null, null)));
    good = claim("d1", "good", 300);
    assertThat(ledger.reserve(good)).isEmpty();
    ledger.flush();
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private CompletableFuture<Map<Claim, Standing>> ask(Collection<Claim> claims) {
    return ledger.standings(claims).toCompletableFuture();
  }

  private static <T> T answer(CompletableFuture<T> asked) throws Exception {
    return asked.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(CompletableFuture<?> asked) {
    return catchThrowable(() -> answer(asked)).getCause();
  }

  /** Keeps a reading between promises and accounts. */
  private static Connection lock() throws SQLException {
    Connection connection = postgres.store().getConnection();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE serving.budget_ledger IN ACCESS EXCLUSIVE MODE");
    }
    return connection;
  }

  private static void awaitStuck() {
    await().until(() -> number(postgres, "SELECT count(*)" + STUCK) == 1);
  }

  @Test
  void promiseAndAccountAreOfOneMoment() throws Exception {
    CompletableFuture<Map<Claim, Standing>> asked;
    try (Connection other = lock()) {
      asked = ask(List.of(good));
      awaitStuck();
      assertThat(SettlementBatch.answer(other, List.of(commit("k1", "d1")), OPTIONS))
          .allMatch(Settlement::settled);
      other.commit();
    }
    Standing before = answer(asked).get(good);
    assertThat(before.isRedeemed()).isFalse();
    assertThat(before.refusal(300, null, NOON)).isEmpty();
    assertThat(answer(ask(List.of(good))).get(good).isRedeemed()).isTrue();
  }

  @Test
  void whenTheLedgerIsAwayAllWhoWaitAreToldAtOnce() throws Exception {
    var asked = new ArrayList<CompletableFuture<Map<Claim, Standing>>>();
    try (Connection other = lock()) {
      asked.add(ask(List.of(good)));
      awaitStuck();
      for (int crowd = 0; crowd < 3; crowd++) {
        var claims = new ArrayList<Claim>(); // as many as one reading takes
        for (int i = 0; i < 500; i++) {
          claims.add(claim("d-" + crowd + "-" + i, "good", 1));
        }
        asked.add(ask(claims));
      }
      assertThat(number(postgres, "SELECT pg_terminate_backend(pid)::int" + STUCK)).isEqualTo(1);
      Throwable first = failure(asked.get(0));
      assertThat(first).isInstanceOf(LedgerUnavailableException.class);
      assertThat(asked).allSatisfy(one -> assertThat(failure(one)).isSameAs(first));
      other.rollback();
    }
    assertThat(answer(ask(List.of(good)))).containsOnlyKeys(good);
  }

  @Test
  void whatCannotBeReadKeepsNobodyElseFromAnAnswer() throws Exception {
    Claim bad = claim("d\0", "good", 300); // no text of the database
    CompletableFuture<Map<Claim, Standing>> first;
    CompletableFuture<Map<Claim, Standing>> second;
    CompletableFuture<Map<Claim, Standing>> third;
    try (Connection other = lock()) {
      first = ask(List.of(good));
      awaitStuck();
      second = ask(List.of(bad, good)); // goes together with the third
      third = ask(List.of(good));
      other.rollback();
    }
    assertThat(answer(first)).containsOnlyKeys(good);
    assertThat(failure(second))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("reading promises is not possible");
    assertThat(answer(third)).containsOnlyKeys(good);
  }

  @Test
  void anErrorLeavesNobodyWithoutAnAnswer() throws Exception {
    assertThat(failure(ask(new Breaking()))).isInstanceOf(StackOverflowError.class);
    assertThat(answer(ask(List.of(good)))).containsOnlyKeys(good);
  }

  /** Fails the virtual machine when it is read. */
  private static final class Breaking extends AbstractCollection<Claim> {
    @Override
    public Iterator<Claim> iterator() {
      throw new StackOverflowError();
    }

    @Override
    public int size() {
      return 1;
    }
  }
}
