package io.promoflow.serving.ledger.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.LedgerUnavailableException;
import io.promoflow.serving.ledger.Pacing;
import io.promoflow.serving.ledger.PostgresLedger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutTheStoreTest {
  private static final LedgerOptions OPTIONS =
      new LedgerOptions(Duration.ofMinutes(5), 0.1, Duration.ofDays(1), Pacing.NONE);

  @Test
  void promisesGoOnFromTheLeaseAndRedemptionsCanBeAskedAgain(@TempDir Path folder)
      throws Exception {
    try (var store = new KilledStore(folder.resolve("postgres"))) {
      Store.migrate(store.place(), "serving");
      try (PostgresLedger ledger = PostgresLedger.open(store.place(), OPTIONS)) {
        ledger.follow(Load.small().rules());
        assertThat(ledger.reserve(claim("d1", "stock-3"))).isEmpty();
        store.kill();
        assertThat(ledger.reserve(claim("d2", "stock-many"))).isEmpty();
        long granted =
            IntStream.range(0, 4)
                .filter(i -> ledger.reserve(claim("x" + i, "stock-3")).isEmpty())
                .count();
        assertThat(granted).isLessThan(3);
        assertThat(ledger.reserve(claim("d3", "stock-3"))).contains(Refusal.NO_LEASE);
        assertThat(ledger.reserve(claim("d4", "capped"))).isEmpty();
        var redemption = new Redemption("k2", "d2", Action.COMMIT, null, StressServer.NOON);
        assertThatThrownBy(() -> ledger.settle(redemption).toCompletableFuture().join())
            .hasCauseInstanceOf(LedgerUnavailableException.class)
            .hasMessageContaining("ask again with the same key");
        store.start();
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreException(CompletionException.class)
            .until(() -> ledger.settle(redemption).toCompletableFuture().join().settled());
      }
    }
  }

  private static Claim claim(String decision, String promotion) {
    return new Claim(decision, promotion, "ada", 100, StressServer.NOON);
  }
}
