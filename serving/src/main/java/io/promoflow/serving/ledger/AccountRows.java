package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.OpenTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code serving.budget_ledger}. Its row lock guards everything of a promotion: whoever writes
 * leases, promises or settlements of it holds the lock, always taken in the order of ids.
 */
final class AccountRows {
  /** Data corrupted, as PostgreSQL says it: the server is there, and its row of no use. */
  private static final String CORRUPTED = "XX001";

  /** Longer than whoever waits takes to ask again; who never does blocks nothing for long. */
  private static final int WANTED_SECONDS = 5;

  private static final String SELECT =
      "SELECT *, wanted_until > clock_timestamp() AS is_wanted FROM serving.budget_ledger";

  private AccountRows() {}

  /** Locks the rows until the transaction ends; ids without a row are left out. */
  static NavigableMap<String, AccountRow> lock(Connection connection, Collection<String> promotions)
      throws SQLException {
    String sql =
        SELECT
            + " WHERE promotion_id = ANY (?)"
            + " ORDER BY promotion_id COLLATE \"C\" FOR UPDATE";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, promotions);
      return read(query);
    }
  }

  /** The rows as they are, without a lock; ids without a row are left out. */
  static NavigableMap<String, AccountRow> find(Connection connection, Collection<String> promotions)
      throws SQLException {
    String sql = SELECT + " WHERE promotion_id = ANY (?)";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, promotions);
      return read(query);
    }
  }

  /** Locks every row. */
  static NavigableMap<String, AccountRow> lockAll(Connection connection) throws SQLException {
    String sql = SELECT + " ORDER BY promotion_id COLLATE \"C\" FOR UPDATE";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      return read(query);
    }
  }

  private static NavigableMap<String, AccountRow> read(PreparedStatement query)
      throws SQLException {
    var found = new TreeMap<String, AccountRow>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        AccountRow row = read(rows);
        found.put(row.promotionId(), row);
      }
    }
    return found;
  }

  private static AccountRow read(ResultSet row) throws SQLException {
    boolean inForce = row.getBoolean("in_force");
    Long budget = row.getObject("budget_cents", Long.class);
    Long stock = row.getObject("stock_units", Long.class);
    return new AccountRow(
        row.getString("promotion_id"),
        row.getLong("rule_version"),
        inForce,
        budget,
        stock,
        row.getObject("per_shopper_cap", Integer.class),
        row.getObject("cap_period_millis", Long.class),
        open(row),
        coupon(row),
        row.getLong("claim_cents"),
        new Account(
            inForce ? Amount.limit(budget, stock) : Amount.ZERO,
            amount(row, "leased"),
            amount(row, "reserved"),
            amount(row, "committed"),
            amount(row, "released")),
        row.getBoolean("is_wanted") ? amount(row, "wanted") : Amount.ZERO);
  }

  private static Coupon coupon(ResultSet row) throws SQLException {
    String code = row.getString("coupon_code");
    return code == null ? null : new Coupon(code, row.getBoolean("single_code"));
  }

  private static OpenTime open(ResultSet row) throws SQLException {
    String stretches = row.getString("stretches");
    if (stretches == null) {
      var whole = new Period(Sql.moment(row, "starts_at"), Sql.moment(row, "ends_at"));
      return new OpenTime(List.of(whole));
    }
    try {
      return new OpenTime(List.of(Wire.JSON.readValue(stretches, Period[].class)));
    } catch (IOException e) {
      throw new SQLException("serving.budget_ledger holds unreadable stretches", CORRUPTED, e);
    }
  }

  /** Null when two moments tell all. */
  private static String stretches(AccountRow row) {
    List<Period> stretches = row.open().stretches();
    return stretches.size() == 1 ? null : new String(Wire.bytes(stretches), StandardCharsets.UTF_8);
  }

  private static Amount amount(ResultSet row, String part) throws SQLException {
    return new Amount(row.getLong(part + "_cents"), row.getLong(part + "_units"));
  }

  /** Writes rows back, new ones too. */
  static void save(Connection connection, Collection<AccountRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO serving.budget_ledger AS old SELECT * FROM unnest("
            + "?::text[], ?::bigint[], ?::boolean[], ?::bigint[], ?::bigint[], ?::integer[],"
            + " ?::bigint[], ?::timestamptz[], ?::timestamptz[], ?::bigint[], ?::bigint[],"
            + " ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],"
            + " ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::jsonb[], ?::text[],"
            + " ?::boolean[], ?::bigint[], ?::bigint[])"
            + " ON CONFLICT (promotion_id) DO UPDATE SET (rule_version, in_force, budget_cents,"
            + " stock_units, per_shopper_cap, cap_period_millis, starts_at, ends_at, claim_cents,"
            + " limit_cents, free_cents, leased_cents, reserved_cents, committed_cents,"
            + " released_cents, limit_units, free_units, leased_units, reserved_units,"
            + " committed_units, released_units, stretches, coupon_code,"
            + " single_code, wanted_cents, wanted_units) = ROW (excluded.rule_version, excluded.in_force,"
            + " excluded.budget_cents, excluded.stock_units, excluded.per_shopper_cap,"
            + " excluded.cap_period_millis, excluded.starts_at, excluded.ends_at,"
            + " excluded.claim_cents, excluded.limit_cents, excluded.free_cents,"
            + " excluded.leased_cents, excluded.reserved_cents, excluded.committed_cents,"
            + " excluded.released_cents, excluded.limit_units, excluded.free_units,"
            + " excluded.leased_units, excluded.reserved_units, excluded.committed_units,"
            + " excluded.released_units, excluded.stretches, excluded.coupon_code,"
            + " excluded.single_code, excluded.wanted_cents, excluded.wanted_units)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      bind(insert, List.copyOf(rows));
      insert.executeUpdate();
    }
  }

  private static void bind(PreparedStatement into, List<AccountRow> rows) throws SQLException {
    Sql.column(into, 1, "text", rows, AccountRow::promotionId);
    Sql.column(into, 2, "bigint", rows, AccountRow::ruleVersion);
    Sql.column(into, 3, "boolean", rows, AccountRow::inForce);
    Sql.column(into, 4, "bigint", rows, AccountRow::budgetCents);
    Sql.column(into, 5, "bigint", rows, AccountRow::stockUnits);
    Sql.column(into, 6, "integer", rows, AccountRow::perShopperCap);
    Sql.column(into, 7, "bigint", rows, AccountRow::capPeriodMillis);
    Sql.column(into, 8, "text", rows, row -> row.open().from());
    Sql.column(into, 9, "text", rows, row -> row.open().until());
    Sql.column(into, 10, "bigint", rows, AccountRow::claimCents);
    Sql.column(into, 11, "bigint", rows, row -> row.account().limit().cents());
    Sql.column(into, 12, "bigint", rows, row -> row.account().free().cents());
    Sql.column(into, 13, "bigint", rows, row -> row.account().leased().cents());
    Sql.column(into, 14, "bigint", rows, row -> row.account().reserved().cents());
    Sql.column(into, 15, "bigint", rows, row -> row.account().committed().cents());
    Sql.column(into, 16, "bigint", rows, row -> row.account().released().cents());
    Sql.column(into, 17, "bigint", rows, row -> row.account().limit().units());
    Sql.column(into, 18, "bigint", rows, row -> row.account().free().units());
    Sql.column(into, 19, "bigint", rows, row -> row.account().leased().units());
    Sql.column(into, 20, "bigint", rows, row -> row.account().reserved().units());
    Sql.column(into, 21, "bigint", rows, row -> row.account().committed().units());
    Sql.column(into, 22, "bigint", rows, row -> row.account().released().units());
    Sql.column(into, 23, "text", rows, AccountRows::stretches);
    Sql.column(into, 24, "text", rows, row -> row.coupon() == null ? null : row.coupon().code());
    Sql.column(into, 25, "boolean", rows, row -> row.coupon() != null && row.coupon().single());
    Sql.column(into, 26, "bigint", rows, row -> row.wanted().cents());
    Sql.column(into, 27, "bigint", rows, row -> row.wanted().units());
  }

  /** What these rows want is wanted for some seconds from now on, by the clock of the database. */
  static void stillWanted(Connection connection, Collection<String> promotions)
      throws SQLException {
    if (promotions.isEmpty()) {
      return;
    }
    String sql =
        "UPDATE serving.budget_ledger SET wanted_until = clock_timestamp() + ? * interval '1 s'"
            + " WHERE promotion_id = ANY (?)";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setInt(1, WANTED_SECONDS);
      Sql.texts(update, 2, promotions);
      update.executeUpdate();
    }
  }

  /** Promotions of which something is wanted. */
  static Set<String> wanted(Connection connection) throws SQLException {
    String sql =
        "SELECT promotion_id FROM serving.budget_ledger WHERE wanted_until > clock_timestamp()"
            + " AND (wanted_cents > 0 OR wanted_units > 0)";
    var found = new HashSet<String>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
