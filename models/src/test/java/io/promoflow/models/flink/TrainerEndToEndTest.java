package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.Scorer;
import io.promoflow.models.training.Contestants;
import io.promoflow.models.training.ModelHistory;
import io.promoflow.models.training.Publisher;
import io.promoflow.models.training.Shoppers;
import io.promoflow.models.training.TrainerLoop;
import io.promoflow.models.training.WindowTraining;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The trainer on the real store and the real Flink ML; only the broker is a list. */
class TrainerEndToEndTest {
  private static final Instant MONDAY = Shoppers.MONDAY;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SHOPPERS = 900;

  private static EmbeddedPostgres postgres;
  private static Contestants contestants;

  private final List<ModelVersion> published = new CopyOnWriteArrayList<>();
  private int mostModels = Integer.MAX_VALUE;
  private Map<String, String> held = Map.of();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    contestants = Contestants.of(options().rules());
  }

  @AfterAll
  static void stop() throws Exception {
    contestants.close();
    postgres.close();
  }

  @BeforeEach
  void emptyStore() throws Exception {
    execute("DROP SCHEMA IF EXISTS models CASCADE");
    execute("DROP SCHEMA IF EXISTS features CASCADE");
  }

  /** As the features room makes them. */
  private void createTablesOfTheFeatures() throws Exception {
    execute("CREATE SCHEMA features");
    execute("CREATE SCHEMA IF NOT EXISTS models");
    execute(
        "CREATE TABLE features.event_time_clock (name text PRIMARY KEY, at timestamptz NOT NULL)");
    execute(
        """
        CREATE TABLE models.training_examples (
          shopper_id text NOT NULL, at timestamptz NOT NULL, labelled_at timestamptz NOT NULL,
          features jsonb NOT NULL, categories jsonb NOT NULL, ordered boolean NOT NULL,
          features_version text NOT NULL, PRIMARY KEY (shopper_id, at))
        """);
  }

  @Test
  void retrainsOnSlidingWindowsPublishesRefusesAWorseOneAndGoesOnAfterARestart() throws Exception {
    createTablesOfTheFeatures();
    insert(Shoppers.between(MONDAY, MONDAY.plus(DAY.multipliedBy(6)), SHOPPERS, 1));
    clock(MONDAY.plus(DAY.multipliedBy(4)));

    untilRecorded(4);

    assertThat(column("SELECT published FROM models.model_versions ORDER BY name, window_end"))
        .as("on the first day nothing is old enough; then two models on each of three days")
        .containsExactly("f", "t", "t", "t", "f", "t", "t", "t");
    assertThat(published)
        .extracting(ModelVersion::version)
        .containsExactly(
            "segments@2026-01-07T00:00:00Z",
            "propensity@2026-01-07T00:00:00Z",
            "segments@2026-01-08T00:00:00Z",
            "propensity@2026-01-08T00:00:00Z",
            "segments@2026-01-09T00:00:00Z",
            "propensity@2026-01-09T00:00:00Z");
    plantedKindsAreFound();
    plantedCoefficientsAreFound();
    everyShopperHasTheSegmentOfTheNewestVersion("segments@2026-01-09T00:00:00Z");
    whatTrainersMadeOfItIsThere();
    anEarlierVersionCanBePutInForceAgain();

    // Restarted, on examples whose newest part contradicts all that was true before.
    execute(
        """
        UPDATE models.training_examples SET ordered = NOT ordered
        WHERE labelled_at > '2026-01-08T12:00:00Z' AND labelled_at <= '2026-01-09T12:00:00Z'
        """);
    clock(MONDAY.plus(DAY.multipliedBy(5)));
    published.clear();
    untilRecorded(5);

    assertThat(
            column(
                """
                SELECT name || ' ' || published || ' ' || COALESCE(champion_version, 'none')
                FROM models.model_versions WHERE window_end = '2026-01-10' ORDER BY name
                """))
        .containsExactly(
            "propensity false propensity@2026-01-09T00:00:00Z",
            "segments true segments@2026-01-09T00:00:00Z");
    assertThat(published).extracting(ModelVersion::name).containsExactly("segments");
  }

  private void plantedKindsAreFound() {
    ModelVersion segments = published.get(4);
    Scorer scorer = Scorer.of(segments);
    assertThat(segments.segments()).containsExactlyInAnyOrder("s1", "s2", "s3");
    assertThat(published.get(0).segments()).containsExactlyInAnyOrder("s1", "s2", "s3");
    Scorer earlier = Scorer.of(published.get(0));
    Map<String, Double> rich = Map.of("views_7d", 4.0, "spend_cents_7d", 20_000.0);
    assertThat(scorer.segment(rich, Map.of()))
        .as("ids stay with their segments")
        .isEqualTo(earlier.segment(rich, Map.of()));
    assertThat(segments.metrics().get("silhouette")).isGreaterThan(0.5);
  }

  private void plantedCoefficientsAreFound() {
    ModelVersion propensity = published.get(5);
    int eagerness = propensity.features().indexOf("eagerness");
    assertThat(propensity.coefficients()[eagerness] / propensity.scales()[eagerness])
        .isBetween(0.9, 1.5);
    int discount = propensity.features().indexOf("discounted_spend_share_7d");
    assertThat(propensity.coefficients()[discount] / propensity.scales()[discount])
        .isBetween(-1.6, -0.2);
    assertThat(propensity.metrics().get("auc")).isGreaterThan(0.7);
    assertThat(propensity.metrics().get("logLoss"))
        .isLessThan(propensity.metrics().get("baselineLogLoss"));
    assertThat(propensity.features()).doesNotContain("always_one");
  }

  private void everyShopperHasTheSegmentOfTheNewestVersion(String version) throws Exception {
    assertThat(
            column(
                "SELECT DISTINCT model_version || ' ' || count(*) OVER () || ' ' || as_of AT TIME"
                    + " ZONE 'UTC' FROM models.shopper_segments"))
        .containsExactly(version + " " + SHOPPERS + " 2026-01-08 12:00:00");
  }

  private static void whatTrainersMadeOfItIsThere() throws Exception {
    assertThat(
            column(
                """
                SELECT name || ' ' || string_agg(outcome, ' ' ORDER BY outcome) FROM models.trials
                WHERE window_end = '2026-01-09' GROUP BY name ORDER BY name
                """))
        .as("two trainers competed for each model and one won")
        .containsExactly("propensity LOST WON", "segments LOST WON");
    assertThat(
            column(
                """
                SELECT DISTINCT round(sum(share)::numeric, 6) FROM models.feature_importance
                GROUP BY version
                """))
        .containsExactly("1.000000");
    assertThat(
            column(
                """
                SELECT feature FROM models.feature_importance
                WHERE version = 'propensity@2026-01-09T00:00:00Z' ORDER BY share DESC LIMIT 1
                """))
        .containsExactly("eagerness");
    assertThat(
            column(
                """
                SELECT DISTINCT title FROM models.segment_profiles
                WHERE version = 'segments@2026-01-09T00:00:00Z' ORDER BY title
                """))
        .containsExactlyInAnyOrder(
            "big spenders, rarely here",
            "browsing a lot, small spenders",
            "rarely here, small spenders");
    assertThat(
            column(
                "SELECT name || ' ' || version || ' ' || stale FROM models.model_health ORDER BY 1"))
        .containsExactly(
            "propensity propensity@2026-01-09T00:00:00Z false",
            "segments segments@2026-01-09T00:00:00Z false");
  }

  private void anEarlierVersionCanBePutInForceAgain() throws Exception {
    published.clear();
    try (var history = ModelHistory.open(options().connections(), Clock.systemUTC())) {
      var done =
          history.rollBack("propensity", Optional.empty(), "a test wants it", new InMemory());
      String before = "propensity@2026-01-08T00:00:00Z";
      String newest = "propensity@2026-01-09T00:00:00Z";
      assertThat(done.inForce()).containsExactly(before);
      assertThat(done.withdrawn()).containsExactly(newest);
      assertThat(published).extracting(ModelVersion::version).containsExactly(before);
      assertThat(history.inForce("propensity")).contains(before);
      assertThat(history.entries())
          .filteredOn(entry -> entry.name().equals("propensity"))
          .extracting(ModelHistory.Entry::state)
          .containsExactly("refused", "published", "in force", "withdrawn");
      assertThatThrownBy(
              () ->
                  history.rollBack(
                      "propensity", Optional.of("propensity@never"), "", new InMemory()))
          .hasMessageContaining("no version propensity@never of propensity was ever published");
      // and back again, so that the trainer goes on with the newest
      history.rollBack("propensity", Optional.of(newest), "back again", new InMemory());
      assertThat(history.inForce("propensity")).contains(newest);
    }
  }

  @Test
  void waitsForTablesThatAreNotThereYetAndThenTrainsWithTooFewRowsAsARefusal() throws Exception {
    var loop = loop();
    Thread thread = started(loop);
    await()
        .atMost(PATIENCE)
        .until(() -> !column("SELECT to_regclass('models.model_versions')::text").contains(null));
    createTablesOfTheFeatures();
    insert(Shoppers.between(MONDAY, MONDAY.plus(DAY), 3, 1));
    clock(MONDAY.plus(DAY.multipliedBy(2)));

    await().atMost(PATIENCE).until(() -> recorded() == 2);
    stopped(loop, thread);

    assertThat(column("SELECT DISTINCT published || ' ' || reason FROM models.model_versions"))
        .allMatch(reason -> reason.startsWith("false too few rows"));
    assertThat(published).isEmpty();
  }

  /** Runs a trainer of its own until so many windows are recorded. */
  private void untilRecorded(int windows) throws Exception {
    var loop = loop();
    Thread thread = started(loop);
    await().atMost(PATIENCE).until(() -> recorded() == windows);
    stopped(loop, thread);
  }

  private static Thread started(TrainerLoop loop) {
    var thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "trainer");
    thread.start();
    return thread;
  }

  private static void stopped(TrainerLoop loop, Thread thread) throws InterruptedException {
    loop.stop();
    thread.join(PATIENCE.toMillis());
    assertThat(thread.isAlive()).isFalse();
  }

  private static ModelOptions options() {
    return options(Map.of());
  }

  private static ModelOptions options(Map<String, String> more) {
    return ModelOptions.from(
        Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "unused",
                    "postgres.url", postgres.getJdbcUrl("postgres", "postgres"),
                    "models.window", "P3D",
                    "models.slide", "P1D",
                    "models.poll", "PT0.05S",
                    "models.minimum-rows", "100",
                    "models.segments.features", "views_*,spend_*",
                    "models.segments.starts", "2"))
            .with(more));
  }

  private TrainerLoop loop() {
    return new TrainerLoop(
        options(held),
        new WindowTraining(contestants, options().rules()),
        new InMemory(),
        Clock.systemUTC());
  }

  @Test
  void modelThatIsTooLargeForTheBrokerIsRecordedAsRefused() throws Exception {
    createTablesOfTheFeatures();
    insert(Shoppers.between(MONDAY, MONDAY.plus(DAY.multipliedBy(6)), SHOPPERS, 1));
    clock(MONDAY.plus(DAY.multipliedBy(2)));
    mostModels = 0;

    untilRecorded(2);

    assertThat(published).isEmpty();
    assertThat(
            column(
                "SELECT reason FROM models.model_versions ORDER BY window_end DESC, name LIMIT 1"))
        .containsExactly("too large for this broker");
  }

  @Test
  void whatWaitsForItsReleaseStaysInShadowUntilItIsPromoted() throws Exception {
    createTablesOfTheFeatures();
    insert(Shoppers.between(MONDAY, MONDAY.plus(DAY.multipliedBy(6)), SHOPPERS, 1));
    clock(MONDAY.plus(DAY.multipliedBy(2)));
    untilRecorded(2);
    assertThat(published).hasSize(2);
    published.clear();

    held = Map.of("models.release", "GATED");
    clock(MONDAY.plus(DAY.multipliedBy(4)));
    untilRecorded(4);

    assertThat(published).as("nothing goes out").isEmpty();
    assertThat(
            column(
                """
                SELECT shadow || ' ' || published || ' ' || champion_version
                FROM models.model_versions WHERE name = 'propensity' AND window_end > '2026-01-07'
                """))
        .containsOnly("true false propensity@2026-01-07T00:00:00Z");
    assertThat(column("SELECT DISTINCT model_version FROM models.shopper_segments"))
        .containsExactly("segments@2026-01-07T00:00:00Z");
    assertThat(
            column(
                "SELECT version || ' ' || reason FROM models.model_health WHERE name ="
                    + " 'propensity'"))
        .allMatch(told -> told.startsWith("propensity@2026-01-07T00:00:00Z in shadow until it is"));

    String middle = "propensity@2026-01-08T00:00:00Z";
    String newest = "propensity@2026-01-09T00:00:00Z";
    try (var history = ModelHistory.open(options().connections(), Clock.systemUTC())) {
      assertThat(states(history)).containsExactly("refused", "in force", "shadow", "shadow");
      assertThat(history.inShadow())
          .containsExactly(
              newest, "segments@2026-01-09T00:00:00Z", middle, "segments@2026-01-08T00:00:00Z");
      assertThatThrownBy(
              () ->
                  history.rollBack(
                      "propensity", Optional.of(newest), "around the gate", new InMemory()))
          .hasMessage("no version " + newest + " of propensity was ever published");
      assertThatThrownBy(() -> history.promote(middle, "why", new Unreachable()))
          .hasMessage("the broker is away");
      assertThat(states(history))
          .as("what did not go out stays in shadow")
          .containsExactly("refused", "in force", "shadow", "shadow");

      history.promote(newest, "it chooses better", new InMemory());
      assertThat(published).extracting(ModelVersion::version).containsExactly(newest);
      assertThat(history.inForce("propensity")).contains(newest);
      assertThat(history.inForce())
          .extracting(ModelVersion::version)
          .containsExactly(newest, "segments@2026-01-07T00:00:00Z");
      assertThat(states(history)).containsExactly("refused", "published", "shadow", "in force");
      assertThat(history.inShadow()).doesNotContain(middle);
      assertThatThrownBy(() -> history.promote(middle, "why", new InMemory()))
          .hasMessage(middle + " is older than " + newest + ", which is in force");
      assertThatThrownBy(() -> history.promote(newest, "why", new InMemory()))
          .hasMessage(newest + " is not in shadow");
      assertThatThrownBy(() -> history.promote("propensity@never", "why", new InMemory()))
          .hasMessage("there is no model of version propensity@never");

      history.rollBack("propensity", Optional.empty(), "back", new InMemory());
      assertThat(states(history)).containsExactly("refused", "in force", "shadow", "withdrawn");
    }
  }

  private static List<String> states(ModelHistory history) throws SQLException {
    return history.entries().stream()
        .filter(entry -> entry.name().equals("propensity"))
        .map(ModelHistory.Entry::state)
        .toList();
  }

  /** A broker that takes nothing. */
  private static final class Unreachable implements Publisher {
    @Override
    public void publish(ModelVersion model) {
      throw new IllegalStateException("the broker is away");
    }

    @Override
    public void close() {}
  }

  /** A broker that is a list. */
  private final class InMemory implements Publisher {
    @Override
    public Optional<String> refusal(ModelVersion model) {
      return published.size() < mostModels
          ? Optional.empty()
          : Optional.of("too large for this broker");
    }

    @Override
    public void publish(ModelVersion model) {
      published.add(model);
    }

    @Override
    public void close() {
      published.clear();
    }
  }

  private static long recorded() throws SQLException {
    if (column("SELECT to_regclass('models.model_versions')::text").contains(null)) {
      return 0;
    }
    return Long.parseLong(
        column("SELECT count(DISTINCT window_end) FROM models.model_versions").get(0));
  }

  private static void clock(Instant at) throws SQLException {
    execute(
        "INSERT INTO features.event_time_clock VALUES ('features', '"
            + at
            + "') ON CONFLICT (name) DO UPDATE SET at = excluded.at");
  }

  private static void insert(List<TrainingExample> rows) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO models.training_examples VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)")) {
      for (TrainingExample row : rows) {
        insert.setString(1, row.shopperId());
        insert.setObject(2, row.at().atOffset(ZoneOffset.UTC));
        insert.setObject(3, row.labelledAt().atOffset(ZoneOffset.UTC));
        insert.setString(4, Wire.text(row.values()));
        insert.setString(5, Wire.text(row.categories()));
        insert.setBoolean(6, row.ordered());
        insert.setString(7, row.featuresVersion());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private static List<String> column(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        PreparedStatement query = connection.prepareStatement(sql);
        ResultSet rows = query.executeQuery()) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
