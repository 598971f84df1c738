package io.promoflow.serving.access;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** The table {@code serving.api_keys}. */
public final class ApiKeys {
  private static final String COLUMNS =
      "key_id, name, roles, secret_hash, rate_per_second, created_at, revoked_at";

  private final DataSource store;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** On a migrated store; the caller closes it. */
  public ApiKeys(DataSource store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * A key that was just made.
   *
   * @param key as it is kept
   * @param token what its holder sends; cannot be made again
   */
  public record Issued(ApiKey key, String token) {
    @Override
    public String toString() {
      return key.toString();
    }
  }

  /** Makes a key; {@code ratePerSecond} null for the server's default. */
  public Issued create(String name, Set<Role> roles, Integer ratePerSecond) {
    Token token = Token.random(random);
    var key =
        new ApiKey(
            token.id(), name, roles, token.secretHash(), ratePerSecond, clock.instant(), null);
    run(
        "INSERT INTO serving.api_keys (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
        statement -> {
          statement.setString(1, key.id());
          statement.setString(2, key.name());
          statement.setArray(
              3,
              statement
                  .getConnection()
                  .createArrayOf("text", key.roles().stream().map(Enum::name).sorted().toArray()));
          statement.setBytes(4, key.secretHash());
          statement.setObject(5, key.ratePerSecond());
          statement.setObject(6, key.createdAt().atOffset(ZoneOffset.UTC));
          statement.setObject(7, null);
          return statement.executeUpdate();
        });
    return new Issued(key, token.text());
  }

  /** Ends a key for good; false when there is no good key with this id. */
  public boolean revoke(String id) {
    return run(
        "UPDATE serving.api_keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL",
        statement -> {
          statement.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
          statement.setString(2, id);
          return statement.executeUpdate() == 1;
        });
  }

  /** Every key that there ever was, oldest first. */
  public List<ApiKey> all() {
    return run(
        "SELECT " + COLUMNS + " FROM serving.api_keys ORDER BY created_at, key_id",
        statement -> {
          var keys = new ArrayList<ApiKey>();
          try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              keys.add(key(row));
            }
          }
          return keys;
        });
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    Arrays.stream((String[]) row.getArray(3).getArray()).map(Role::valueOf).forEach(roles::add);
    return new ApiKey(
        row.getString(1),
        row.getString(2),
        roles,
        row.getBytes(4),
        row.getObject(5, Integer.class),
        instant(row.getObject(6, OffsetDateTime.class)),
        instant(row.getObject(7, OffsetDateTime.class)));
  }

  private static Instant instant(OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }

  private interface Work<T> {
    T in(PreparedStatement statement) throws SQLException;
  }

  private <T> T run(String sql, Work<T> work) {
    try (Connection connection = store.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return work.in(statement);
    } catch (SQLException e) {
      throw new IllegalStateException("serving.api_keys cannot be used: " + e.getMessage(), e);
    }
  }
}
