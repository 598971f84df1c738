package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.training.ModelHistory.RolledBack;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The way back where response models are in force: three trainings brought one for those who get
 * nothing and one for ten per cent off, the second one for gifts, too.
 */
class ModelHistoryTest {
  private static final String MONDAY = "2026-01-05T00:00:00Z";
  private static final String TUESDAY = "2026-01-06T00:00:00Z";
  private static final String WEDNESDAY = "2026-01-07T00:00:00Z";
  private static EmbeddedPostgres server;
  private static ConnectionOptions connections;

  private final List<String> served = new ArrayList<>();
  private ModelHistory history;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    connections =
        ConnectionOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers",
                    "unused",
                    "postgres.url",
                    server.getJdbcUrl("postgres", "postgres"),
                    "postgres.user",
                    "postgres",
                    "postgres.password",
                    "postgres")));
    Store.migrate(connections.postgres(), "models");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void threeTrainings() throws Exception {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE models.model_versions CASCADE");
    }
    for (String window : List.of(MONDAY, TUESDAY, WEDNESDAY)) {
      for (String name : List.of("propensity", "response-none", "response-percent-off")) {
        record(name, window, true);
      }
    }
    record("response-gift", TUESDAY, true);
    record("response-coupon", TUESDAY, false);
    history = ModelHistory.open(connections, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    history.close();
  }

  private static void record(String name, String window, boolean published) throws Exception {
    Instant end = Instant.parse(window);
    var model =
        new ModelVersion(
            name,
            name + "@" + window,
            ModelKind.LOGISTIC,
            "hand",
            end.minusSeconds(1),
            end,
            List.of("orders_7d"),
            new double[] {0},
            List.of(),
            new double[] {0},
            new double[] {1},
            null,
            null,
            new double[] {1},
            -2,
            100,
            Map.of());
    try (var connection = server.getPostgresDatabase().getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO models.model_versions (name, version, window_start, window_end, trainer,
                  examples, held_out, published, reason, metrics, parameters, trained_at_wall)
                VALUES (?, ?, ?, ?, 'hand', 100, 10, ?, 'good enough', '{}', ?::jsonb, now())
                """)) {
      insert.setString(1, name);
      insert.setString(2, model.version());
      insert.setObject(3, model.windowStart().atOffset(ZoneOffset.UTC));
      insert.setObject(4, end.atOffset(ZoneOffset.UTC));
      insert.setBoolean(5, published);
      insert.setString(6, Wire.text(model));
      insert.executeUpdate();
    }
  }

  /** A broker that is a list, or that is away. */
  private Publisher broker(boolean isThere) {
    return new Publisher() {
      @Override
      public void publish(ModelVersion model) {
        if (!isThere) {
          throw new IllegalStateException("the broker is away");
        }
        served.add(model.version());
      }

      @Override
      public void close() {}
    };
  }

  private RolledBack back(String name, String to) throws Exception {
    return history.rollBack(name, Optional.ofNullable(to), "a test wants it", broker(true));
  }

  private List<String> inForce() throws SQLException {
    return history.inForce().stream().map(ModelVersion::version).toList();
  }

  @Test
  void oneResponseTakesAllOfItsWindowBack() throws Exception {
    RolledBack done = back("response-percent-off", null);
    assertThat(done.withdrawn())
        .containsExactly("response-none@" + WEDNESDAY, "response-percent-off@" + WEDNESDAY);
    assertThat(done.inForce())
        .as("the control first; what was refused stays where it is")
        .containsExactly(
            "response-none@" + TUESDAY,
            "response-gift@" + TUESDAY,
            "response-percent-off@" + TUESDAY);
    assertThat(served).isEqualTo(done.inForce());
    assertThat(inForce())
        .containsExactly(
            "propensity@" + WEDNESDAY,
            "response-gift@" + TUESDAY,
            "response-none@" + TUESDAY,
            "response-percent-off@" + TUESDAY);
  }

  @Test
  void anArmThatTheNewestTrainingLacksGoesBackToItsOwn() throws Exception {
    assertThat(back("response-gift", null).inForce()).contains("response-gift@" + TUESDAY);
    assertThat(history.inForce("response-none")).contains("response-none@" + TUESDAY);
  }

  @Test
  void andOnAgainToANewerOne() throws Exception {
    back("response-none", "response-none@" + MONDAY);
    assertThat(inForce())
        .containsExactly(
            "propensity@" + WEDNESDAY, "response-none@" + MONDAY, "response-percent-off@" + MONDAY);
    RolledBack done = back("response-none", "response-none@" + WEDNESDAY);
    assertThat(done.withdrawn()).isEmpty();
    assertThat(done.inForce())
        .containsExactly("response-none@" + WEDNESDAY, "response-percent-off@" + WEDNESDAY);
    assertThatThrownBy(() -> back("response-percent-off", "response-percent-off@" + WEDNESDAY))
        .hasMessage("response-percent-off@" + WEDNESDAY + " is in force already");
  }

  @Test
  void othersGoBackAlone() throws Exception {
    RolledBack done = back("propensity", null);
    assertThat(done)
        .isEqualTo(
            new RolledBack(List.of("propensity@" + WEDNESDAY), List.of("propensity@" + TUESDAY)));
    assertThat(inForce()).contains("response-none@" + WEDNESDAY);
  }

  @Test
  void anArmWithoutItsControlIsRefused() throws Exception {
    String sunday = "2026-01-04T00:00:00Z";
    record("response-gift", sunday, true);
    List<String> before = inForce();
    assertThatThrownBy(() -> back("response-gift", "response-gift@" + sunday))
        .hasMessageContaining(
            "response-gift@" + sunday + " cannot be put in force: no response-none")
        .hasMessageContaining("name a version of another window with --to");
    assertThat(inForce()).isEqualTo(before);
    assertThat(served).isEmpty();
  }

  @Test
  void whereNothingIsOlderOrInForceNothingHappens() throws Exception {
    back("response-none", "response-none@" + MONDAY);
    served.clear();
    assertThatThrownBy(() -> back("response-none", null))
        .hasMessage("no version of response-none is older than response-none@" + MONDAY);
    assertThatThrownBy(() -> back("response-coupon", null))
        .hasMessage("no version of response-coupon is in force");
    assertThatThrownBy(() -> back("response-none", "response-none@never"))
        .hasMessage("no version response-none@never of response-none was ever published");
    assertThat(served).isEmpty();
  }

  @Test
  void whatCannotGoOutStaysWithdrawn() throws Exception {
    List<String> before = inForce();
    assertThatThrownBy(
            () -> history.rollBack("response-none", Optional.empty(), "why", broker(false)))
        .hasMessage("the broker is away");
    assertThat(inForce()).isEqualTo(before);
  }
}
