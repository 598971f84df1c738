package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Who went back before versions told where to. */
class GoneBackBeforeTest {
  private static final String VERSIONS =
      """
      INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, adjustment_id,
        reverts, rules) VALUES
        (1, 'ada', '', now(), NULL, NULL, '{}'),
        (2, 'policy', '', now(), 'a1', NULL, '{}'),
        (3, 'policy', '', now(), 'a2', NULL, '{}'),
        (4, 'ada', 'back to rule version 2', now(), NULL, 'a2', '{}'),
        (5, 'ada', '', now(), NULL, NULL, '{}');
      INSERT INTO serving.rule_adjustments (adjustment_id, experiment_id, status, rule_version,
        reason, decided_at_wall, adjustment) VALUES
        ('a1', 'e', 'REVERTED', 5, 'back to rule version 1', now(), '{}'),
        ('a2', 'e', 'REVERTED', 4, 'back to rule version 2', now(), '{}');
      """;

  private static final String RULES =
      """
      '{"promotions": [%s], "experiments": []}', '%s')""";

  /** Back to before a1 and forth again. */
  private static final String FORTH_AGAIN =
      """
      INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, adjustment_id,
        rules, source_text) VALUES
        (1, 'ada', '', now(), NULL, $old,
        (2, 'policy', '', now(), 'a1', $new,
        (3, 'ada', 'back to version 1', now(), NULL, $old,
        (4, 'ada', 'back to version 2', now(), NULL, $new,
        (5, 'ada', 'back to version 3', now(), NULL, $new,
        (6, 'ada', 'back to version 77', now(), NULL, $new;
      INSERT INTO serving.rule_adjustments (adjustment_id, experiment_id, status, rule_version,
        reason, decided_at_wall, adjustment) VALUES
        ('a1', 'e', 'REVERTED', 3, 'back to rule version 1', now(), '{}');
      """
          .replace("$old", RULES.formatted("1", "old"))
          .replace("$new", RULES.formatted("2", "new"));

  @Test
  void whatTheyUndidTells() throws Exception {
    upgraded(
        VERSIONS,
        connection -> {
          assertThat(AdjustmentsInForce.at(connection, 2)).containsExactly("a1");
          assertThat(AdjustmentsInForce.at(connection, 3)).containsExactlyInAnyOrder("a1", "a2");
          assertThat(AdjustmentsInForce.at(connection, 4))
              .as("reverted alone")
              .containsExactly("a1");
          assertThat(AdjustmentsInForce.at(connection, 5)).as("gone back to 1").isEmpty();
        });
  }

  @Test
  void whoWentForthAgainTellsByTheNoteOfTheConsole() throws Exception {
    upgraded(
        FORTH_AGAIN,
        connection -> {
          assertThat(AdjustmentsInForce.at(connection, 3)).isEmpty();
          assertThat(AdjustmentsInForce.at(connection, 4)).containsExactly("a1");
          assertThat(AdjustmentsInForce.at(connection, 5))
              .as("a file with a note that is not true")
              .containsExactly("a1");
          assertThat(AdjustmentsInForce.at(connection, 6)).containsExactly("a1");
        });
  }

  private interface Look {
    void at(Connection connection) throws SQLException;
  }

  private static void upgraded(String before, Look look) throws Exception {
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
          var statement = connection.createStatement()) {
        statement.execute(before);
        Store.migrate(place, "serving");
        look.at(connection);
      }
    }
  }
}
