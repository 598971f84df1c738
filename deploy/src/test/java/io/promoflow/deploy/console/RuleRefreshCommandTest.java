package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.flink.FeatureTables;
import io.promoflow.ingestion.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clearance of slow products as a person meets it, on a real broker and a real store. */
class RuleRefreshCommandTest {
  private static final String RULES =
      """
      promotions:
        - id: slow
          kind: percent-off
          terms: {percent: 10}
          productsWhere:
            - {field: product_pieces_7d, operator: LT, number: 5}
      """;

  @TempDir private static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void start() throws Exception {
    platform = new TestPlatform(folder, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    platform.close();
  }

  private static int run(String... arguments) {
    return platform.run(new RulesCommand(), new ArrayList<>(List.of(arguments)));
  }

  private static void sold(String product, int pieces) throws SQLException {
    try (var store = Store.open(platform.connections().postgres(), 1);
        var connection = store.getConnection();
        var row =
            connection.prepareStatement(
                "INSERT INTO features.entity_features VALUES ('product', ?, now(), ?::jsonb, '{}',"
                    + " 'f') ON CONFLICT (entity, key) DO UPDATE SET features ="
                    + " excluded.features")) {
      row.setString(1, product);
      row.setString(2, "{\"product_pieces_7d\": " + pieces + "}");
      row.executeUpdate();
    }
  }

  @Test
  void slowProductsAreFoundAndFoundAnew() throws Exception {
    String file = Files.writeString(folder.resolve("rules.yaml"), RULES).toString();
    for (String command : List.of("plan", "apply", "preview")) {
      assertThat(run(command, file)).as(command).isEqualTo(2);
      assertThat(platform.err())
          .contains("rules.yaml:6: promotion slow: productsWhere: ", "start the feature job first");
    }
    var engine =
        Declarations.shipped()
            .engine(Entity.PRODUCT, List.of(Duration.ofDays(7)), Duration.ofHours(1));
    FeatureTables.migrate(platform.connections().postgres(), List.of(engine));
    sold("lamp", 1);
    sold("vase", 4);
    sold("pot", 5);

    assertThat(run("refresh")).as("nothing is in force yet").isZero();
    assertThat(run("plan", file)).as(platform.err()).isZero();
    assertThat(platform.out())
        .contains("+ promotion slow\n    products: 2 come (lamp, vase), 2 now");
    assertThat(run("apply", file)).isZero();
    assertThat(run("refresh")).isZero();
    assertThat(platform.out()).startsWith("Nothing changes");

    sold("vase", 7);
    assertThat(run("refresh", "--author", "eve")).as(platform.err()).isZero();
    assertThat(platform.out())
        .isEqualTo("Rule version 2 is live: products of slow: 1 goes (vase), 1 now.\n");
    assertThat(run("list")).isZero();
    assertThat(platform.out()).contains("eve", "products of slow: 1 goes (vase), 1 now");
    assertThat(run("show", "--file")).isZero();
    assertThat(platform.out()).isEqualTo(RULES);
    assertThat(run("plan", file)).isZero();
    assertThat(platform.out()).isEqualTo("Nothing would change: version 2 says the same.\n");

    try (var store = Store.open(platform.connections().postgres(), 1);
        var connection = store.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP VIEW features.product_features_wide");
    }
    assertThat(run("refresh")).isEqualTo(1);
    assertThat(platform.err()).contains("products of promotions stay as they are", "slow");
  }
}
