package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.promoflow.evaluation.Unshown;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dashboard for Grafana: well formed after its JSON model ("Dashboard JSON model" in Grafana's
 * documentation), and every query runs in a real store as the reader and gives what its panel
 * draws.
 */
class GrafanaDashboardTest {
  private static final Path FOLDER = Path.of("grafana");
  private static final Set<Integer> NUMBERS =
      Set.of(Types.BIGINT, Types.INTEGER, Types.SMALLINT, Types.DOUBLE, Types.NUMERIC, Types.REAL);
  private static final int COLUMNS = 24;
  private static final String RESULTS = "promoflow-evaluation.json";
  private static final String SERVERS = "promoflow-servers.json";

  private static EmbeddedPostgres server;
  private static JsonNode dashboard;

  @BeforeAll
  static void start() throws IOException {
    dashboard = read(RESULTS);
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    var postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    for (String schema : DictionaryCommand.SCHEMAS) {
      Store.migrate(postgres, schema);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static Connection reader() throws SQLException {
    Connection connection = server.getPostgresDatabase().getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute("SET ROLE promoflow_reader");
    }
    return connection;
  }

  private static List<JsonNode> panels() {
    return panels(dashboard);
  }

  private static List<JsonNode> panels(JsonNode dashboard) {
    var panels = new ArrayList<JsonNode>();
    dashboard.get("panels").forEach(panels::add);
    return panels;
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
  }

  private static List<JsonNode> variables() {
    var variables = new ArrayList<JsonNode>();
    dashboard.get("templating").get("list").forEach(variables::add);
    return variables;
  }

  @ParameterizedTest
  @ValueSource(strings = {RESULTS, SERVERS})
  void modelHasWhatGrafanaAsksFor(String file) throws IOException {
    JsonNode dashboard = read(file);
    assertThat(dashboard.get("id").isNull()).as("an imported dashboard gets its id").isTrue();
    assertThat(dashboard.get("uid").asText()).matches("[a-zA-Z0-9_-]{8,40}");
    assertThat(dashboard.get("title").asText()).isNotBlank();
    assertThat(dashboard.get("schemaVersion").asInt()).isBetween(36, 42);
    assertThat(dashboard.get("timezone").asText()).isIn("utc", "browser");
    assertThat(dashboard.get("time").get("from").asText()).startsWith("now");
    assertThat(dashboard.get("time").get("to").asText()).isEqualTo("now");
    assertThat(dashboard.get("annotations").get("list").isArray()).isTrue();
    for (JsonNode panel : panels(dashboard)) {
      assertThat(panel.get("title").asText()).isNotBlank();
      assertThat(panel.get("type").asText()).isIn("row", "stat", "table", "timeseries");
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.get("description").asText()).as(panel.get("title").asText()).isNotBlank();
        assertThat(panel.get("fieldConfig").get("defaults").isObject()).isTrue();
        assertThat(panel.get("fieldConfig").get("overrides").isArray()).isTrue();
        assertThat(panel.get("targets")).isNotEmpty();
        for (JsonNode target : panel.get("targets")) {
          assertThat(target.get("refId").asText()).matches("[A-Z]");
          if (file.equals(RESULTS)) {
            assertThat(target.get("rawQuery").asBoolean()).isTrue();
            assertThat(target.get("format").asText()).isIn("table", "time_series");
          }
          assertThat(target.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {RESULTS, SERVERS})
  void panelsHaveIdsOfTheirOwnAndDoNotLieOnEachOther(String file) throws IOException {
    var ids = new HashSet<Integer>();
    var taken = new HashSet<String>();
    for (JsonNode panel : panels(read(file))) {
      assertThat(ids.add(panel.get("id").asInt())).as("id of %s", panel.get("title")).isTrue();
      JsonNode place = panel.get("gridPos");
      int left = place.get("x").asInt();
      int right = left + place.get("w").asInt();
      assertThat(left).isNotNegative();
      assertThat(right).isLessThanOrEqualTo(COLUMNS);
      for (int x = left; x < right; x++) {
        for (int y = place.get("y").asInt();
            y < place.get("y").asInt() + place.get("h").asInt();
            y++) {
          assertThat(taken.add(x + " " + y)).as("place of %s", panel.get("title")).isTrue();
        }
      }
    }
  }

  /** Names as Micrometer writes them for Prometheus: dots as underscores, then unit and kind. */
  @Test
  void metricsOfTheServersAreThoseThatServersTell() throws IOException {
    String meters =
        Files.readString(Path.of("../serving/src/main/java/io/promoflow/serving/http/Meters.java"));
    var told = new HashSet<String>();
    Matcher builder = Pattern.compile("builder\\(\\s*\"([a-z.]+)\"").matcher(meters);
    while (builder.find()) {
      told.add(builder.group(1).replace('.', '_'));
    }
    var asked = new HashSet<String>();
    for (JsonNode panel : panels(read(SERVERS))) {
      for (JsonNode target : panel.get("targets")) {
        Matcher metric = Pattern.compile("promoflow_[a-z_]+").matcher(target.get("expr").asText());
        while (metric.find()) {
          asked.add(metric.group().replaceAll("_seconds(_count|_sum)?$|_total$", ""));
        }
      }
    }
    assertThat(asked).isEqualTo(told);
  }

  /** What Grafana sends: macros and variables written out. */
  private static String written(String sql) {
    Matcher filter = Pattern.compile("\\$__timeFilter\\(([^)]+)\\)").matcher(sql);
    String text = filter.replaceAll("$1 BETWEEN '2026-01-01T00:00:00Z' AND '2026-02-01T00:00:00Z'");
    for (JsonNode variable : variables()) {
      text = text.replace("${" + variable.get("name").asText() + ":sqlstring}", "'it''s'");
    }
    assertThat(text).as("nothing is left to write out").doesNotContain("$");
    return text;
  }

  private record Column(String name, int type) {}

  private static List<Column> columns(String sql) throws SQLException {
    try (var connection = reader();
        var statement = connection.createStatement();
        ResultSet result = statement.executeQuery(written(sql))) {
      ResultSetMetaData meta = result.getMetaData();
      var columns = new ArrayList<Column>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(new Column(meta.getColumnLabel(i), meta.getColumnType(i)));
      }
      return columns;
    }
  }

  @Test
  void everyQueryRunsAsTheReaderAndGivesWhatItsPanelDraws() throws SQLException {
    int queries = 0;
    for (JsonNode panel : panels()) {
      if (panel.get("type").asText().equals("row")) {
        continue;
      }
      for (JsonNode target : panel.get("targets")) {
        String title = panel.get("title").asText();
        List<Column> columns = columns(target.get("rawSql").asText());
        queries++;
        assertThat(columns).extracting(Column::name).as(title).doesNotHaveDuplicates();
        Stream<Column> numbers = columns.stream().filter(c -> NUMBERS.contains(c.type()));
        switch (panel.get("type").asText()) {
          case "stat" -> assertThat(numbers).as(title).hasSize(1);
          case "timeseries" -> {
            assertThat(target.get("format").asText()).isEqualTo("time_series");
            assertThat(columns.get(0)).as(title).isEqualTo(new Column("time", Types.TIMESTAMP));
            assertThat(columns.get(1)).as(title).isEqualTo(new Column("metric", Types.VARCHAR));
            assertThat(numbers).as(title).hasSize(columns.size() - 2);
          }
          default -> assertThat(columns).as(title).hasSizeGreaterThan(1);
        }
      }
    }
    assertThat(queries).isGreaterThan(10);
  }

  /** What the panel of shown decisions says of these to the reader. */
  private static List<String> warned(String... inserts) throws SQLException {
    String sql =
        panels().stream()
            .filter(panel -> panel.get("title").asText().equals("Decisions that were shown"))
            .map(panel -> panel.get("targets").get(0).get("rawSql").asText())
            .findFirst()
            .orElseThrow();
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false); // and nothing is committed
      for (String insert : inserts) {
        statement.execute(insert);
      }
      statement.execute("SET LOCAL ROLE promoflow_reader");
      var warned = new ArrayList<String>();
      ResultSet rows = statement.executeQuery(sql);
      while (rows.next()) {
        warned.add(rows.getString("variant") + " " + rows.getString("warning"));
      }
      connection.rollback();
      return warned;
    }
  }

  @Test
  void panelOfShownDecisionsWarnsFromAsManyOnAsTheJobDoes() throws SQLException {
    String counted =
        """
        INSERT INTO evaluation.shown_decisions VALUES
          ('a', 'enough', %1$d, 0, %1$d, now()), ('a', 'few', %1$d - 1, 0, %1$d - 1, now()),
          ('a', 'seen', %1$d, 1, %1$d - 1, now())
        """
            .formatted(Unshown.ENOUGH);
    assertThat(warned(counted))
        .as("no rules are in this store")
        .containsExactlyInAnyOrder("enough NONE SHOWN, NO RESULTS", "few null", "seen null");
  }

  @Test
  void panelOfShownDecisionsNamesNoExperimentThatHasEnded() throws SQLException {
    assertThat(
            warned(
                """
                INSERT INTO evaluation.shown_decisions VALUES
                  ('a', 'goes on', 70, 0, 70, now()), ('old', 'is over', 70, 0, 70, now())
                """,
                """
                INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules)
                VALUES
                  (1, 'ann', 'both', now(), '{"experiments": [{"id": "a"}, {"id": "old"}]}'),
                  (2, 'ann', 'old has ended', now(), '{"experiments": [{"id": "a"}]}')
                """))
        .containsExactly("goes on NONE SHOWN, NO RESULTS");
  }

  @Test
  void variablesAndAnnotationsRunToo() throws SQLException {
    assertThat(variables().get(0).get("type").asText()).isEqualTo("datasource");
    for (JsonNode variable : variables().subList(1, variables().size())) {
      assertThat(variable.get("type").asText()).isEqualTo("query");
      assertThat(columns(variable.get("query").asText())).hasSize(1);
    }
    for (JsonNode annotation : dashboard.get("annotations").get("list")) {
      assertThat(columns(annotation.get("target").get("rawSql").asText()))
          .extracting(Column::name)
          .containsExactly("time", "text", "tags");
    }
  }

  @Test
  void provisioningFilesNameTheSameSource() throws IOException {
    var source = FOLDER.resolve("provisioning/datasources/promoflow.yaml");
    JsonNode sources = new YAMLMapper().readTree(source.toFile());
    assertThat(sources.get("apiVersion").asInt()).isEqualTo(1);
    assertThat(sources.get("datasources").get(0).get("type"))
        .isEqualTo(variables().get(0).get("query"));
    assertThat(Files.readString(source)).contains("GRANT promoflow_reader");
    JsonNode providers =
        new YAMLMapper()
            .readTree(FOLDER.resolve("provisioning/dashboards/promoflow.yaml").toFile());
    assertThat(providers.get("providers").get(0).get("type").asText()).isEqualTo("file");
  }

  private static List<String> relations(String kind, String schema) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT schemaname || '.' || %sname FROM pg_%ss WHERE schemaname %s"
                    .formatted(kind, kind, schema))) {
      var names = new ArrayList<String>();
      while (result.next()) {
        names.add(result.getString(1));
      }
      return names;
    }
  }

  private static void run(String sql) throws SQLException {
    try (var connection = reader();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void refused(String sql) {
    assertThatThrownBy(() -> run(sql))
        .as(sql)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  void readerMayReadEveryViewOfResultsAndChangeNothing() throws SQLException {
    List<String> views = relations("view", "= 'evaluation'");
    assertThat(views).hasSizeGreaterThan(10);
    for (String view : views) {
      run("SELECT * FROM " + view);
    }
    for (String table : relations("table", "= 'evaluation'")) {
      refused("DELETE FROM " + table);
      refused("TRUNCATE " + table);
      refused("INSERT INTO " + table + " DEFAULT VALUES");
    }
    refused("DELETE FROM evaluation.v_judgements");
    refused("CREATE TABLE evaluation.mine (a int)");
  }

  @Test
  void readerMayNotReadRowsOfShoppersNorOtherSchemas() throws SQLException {
    refused("SELECT * FROM evaluation.shopper_exposures");
    refused("SELECT * FROM evaluation.shopper_outcomes");
    List<String> others = relations("table", "IN ('serving', 'models', 'features', 'ingestion')");
    assertThat(others).hasSizeGreaterThan(10);
    for (String table : others) {
      refused("SELECT * FROM " + table);
    }
  }
}
