package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The dictionary of a real store, as every room's migrations make it. */
class DataDictionaryTest {
  @Test
  void everyTableIsThereAndThePageInTheProjectIsTrue() throws Exception {
    try (var server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      var postgres =
          new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      for (String schema : DictionaryCommand.SCHEMAS) {
        Store.migrate(postgres, schema);
      }

      String page = DataDictionary.of(postgres, List.of("evaluation")).markdown();
      Path written = Path.of("target/TABLES.md");
      Files.writeString(written, page);
      assertThat(Path.of("../evaluation/TABLES.md"))
          .as("after a migration: cp deploy/%s evaluation/TABLES.md", written)
          .hasContent(page);
      assertThat(page)
          .contains("## evaluation.v_result_history (view)", "| **hour** | timestamp with")
          .doesNotContainPattern("\\| [a-z_*]+ \\| [a-z ]+ \\|  \\|");

      var all = DataDictionary.of(postgres, DictionaryCommand.SCHEMAS);
      assertThat(all.markdown())
          .contains("## serving.decisions", "## models.model_versions", "## ingestion.")
          .contains("## features.shopper_features");
      String html = all.html();
      assertThat(html).contains("<h2 id=\"evaluation.judgements\">").endsWith("</html>\n");
      assertThat(html.split("<table>", -1)).hasSameSizeAs(html.split("</table>", -1));
      assertThat(html.toLowerCase(Locale.ROOT)).doesNotContain("<script", "http://", "https://");
    }
  }

  @Test
  void aStoreWithoutTablesHasAnEmptyDictionary() throws Exception {
    try (var server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      var postgres =
          new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      assertThat(DataDictionary.of(postgres, DictionaryCommand.SCHEMAS).isEmpty()).isTrue();
    }
  }
}
