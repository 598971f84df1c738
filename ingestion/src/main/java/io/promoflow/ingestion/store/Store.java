package io.promoflow.ingestion.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.time.Duration;
import org.flywaydb.core.Flyway;

/** Opens the store and brings a room's tables up to date. */
public final class Store {
  private static final int SILENCE = 3;

  private Store() {}

  /** A pool of at most {@code connections}; the caller closes it. */
  public static HikariDataSource open(Postgres postgres, int connections) {
    return new HikariDataSource(config(postgres, connections));
  }

  /**
   * A pool that says so after {@code patience} when the store is away, also when it has fallen
   * silent; the caller closes it. It is for short statements: one that is silent for three times as
   * long has failed.
   */
  public static HikariDataSource openImpatient(
      Postgres postgres, int connections, Duration patience) {
    return openImpatient(postgres, connections, patience, patience.multipliedBy(SILENCE));
  }

  /**
   * The same for statements that take longer.
   *
   * @param longest how long a statement may be silent until it has failed
   */
  public static HikariDataSource openImpatient(
      Postgres postgres, int connections, Duration patience, Duration longest) {
    HikariConfig config = config(postgres, connections);
    config.setConnectionTimeout(patience.toMillis());
    config.setValidationTimeout(patience.toMillis());
    config.addDataSourceProperty("connectTimeout", seconds(patience));
    config.addDataSourceProperty("loginTimeout", seconds(patience.multipliedBy(SILENCE)));
    config.addDataSourceProperty("socketTimeout", seconds(longest));
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private static String seconds(Duration time) {
    return Long.toString(Math.max(1, time.toSeconds()));
  }

  private static HikariConfig config(Postgres postgres, int connections) {
    var config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    return config;
  }

  /**
   * Runs the migrations of one room: {@code db/<room>/V*.sql} on the class path. Every room has its
   * own history table, so rooms are upgraded alone; a schema that another room made first is taken
   * over.
   */
  public static void migrate(Postgres postgres, String room) {
    Flyway.configure()
        .dataSource(postgres.url(), postgres.user(), postgres.password())
        .locations("classpath:db/" + room)
        .schemas(room)
        .table("migrations")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }
}
