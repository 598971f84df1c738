package io.promoflow.serving.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static Postgres postgres;
  private static ApiKeys keys;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
    keys = new ApiKeys(postgres.store(), Clock.systemUTC());
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static ApiKey find(List<ApiKey> all, String token) throws InterruptedException {
    try (var ring = new KeyRing(() -> all, Duration.ofHours(1))) {
      awaitReady(ring);
      return ring.find("Bearer " + token);
    }
  }

  private static void awaitReady(KeyRing ring) throws InterruptedException {
    while (!ring.isReady()) {
      Thread.sleep(1);
    }
  }

  @Test
  void aTokenIsItsKeysUntilTheKeyIsRevoked() throws Exception {
    var issued = keys.create("shop", Set.of(Role.SHOP, Role.READER), 7);
    assertThat(find(keys.all(), issued.token()).name()).isEqualTo("shop");
    assertThat(find(keys.all(), issued.token()).roles())
        .containsExactlyInAnyOrder(Role.SHOP, Role.READER);
    assertThat(find(keys.all(), issued.token()).ratePerSecond()).isEqualTo(7);
    assertThat(keys.revoke(issued.key().id())).isTrue();
    assertThat(keys.revoke(issued.key().id())).as("again").isFalse();
    assertThat(find(keys.all(), issued.token())).isNull();
  }

  @Test
  void whatIsNoTokenOrAnothersFindsNothing() throws Exception {
    var one = keys.create("one", Set.of(Role.SHOP), null);
    var two = keys.create("two", Set.of(Role.SHOP), null);
    String mixed = "pf_" + one.key().id() + two.token().substring(15);
    for (String text :
        List.of(
            "",
            "pf_",
            "pf_0123456789ab_",
            mixed,
            one.token() + "x",
            one.token().toUpperCase(Locale.ROOT))) {
      assertThat(find(keys.all(), text)).as(text).isNull();
    }
  }

  @Test
  void theSecretIsKeptNowhere() throws Exception {
    var issued = keys.create("secret", Set.of(Role.READER), null);
    String secret = issued.token().substring(16);
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT k::text FROM serving.api_keys k")) {
      while (rows.next()) {
        assertThat(rows.getString(1)).doesNotContain(secret);
      }
    }
    assertThat(issued.toString()).doesNotContain(secret);
  }

  @Test
  void whileTheStoreIsAwayTheKeysReadLastCount() throws Exception {
    var issued = keys.create("lasting", Set.of(Role.SHOP), null);
    var source = new AtomicReference<Supplier<List<ApiKey>>>(keys::all);
    try (var ring = new KeyRing(() -> source.get().get(), Duration.ofMillis(5))) {
      awaitReady(ring);
      source.set(
          () -> {
            throw new IllegalStateException("the store is away");
          });
      Thread.sleep(50);
      assertThat(ring.find("bearer " + issued.token())).isNotNull();
    }
  }

  @Test
  void aKeyAsksAsOftenAsItMay() {
    var limits = new RateLimits(5, 2);
    var key = new ApiKey("a", "a", Set.of(Role.SHOP), new byte[32], null, null, null);
    var other = new ApiKey("b", "b", Set.of(Role.SHOP), new byte[32], 1, null, null);
    for (int i = 0; i < 10; i++) {
      assertThat(limits.waitNanos(key)).as("request %d", i).isZero();
    }
    assertThat(limits.waitNanos(key)).isPositive().isLessThanOrEqualTo(200_000_000L);
    assertThat(limits.waitNanos(other)).as("another key").isZero();
  }
}
