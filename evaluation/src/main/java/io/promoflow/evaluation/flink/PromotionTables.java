package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.ReturnRow;
import io.promoflow.evaluation.ReturnRow.Amount;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Sink;

/** Sinks on the tables that tell what promotions brought. */
final class PromotionTables {
  private PromotionTables() {}

  static Sink<PromotionRow> outcomes(Postgres postgres) {
    return new TableSink<PromotionRow>(
            "evaluation.promotion_outcomes",
            "s.decisions = 0 AND s.views = 0 AND s.clicks = 0 AND s.redemptions = 0"
                + " AND s.orders = 0 AND s.revenue_cents = 0 AND s.discount_cents = 0"
                + " AND s.cost_cents = 0")
        .key("day", "date", row -> LocalDate.ofEpochDay(row.day().epochDay()))
        .key("promotion", "text", row -> row.day().promotionId())
        .column("decisions", "bigint", row -> row.sums().decisions())
        .column("shoppers", "bigint", row -> row.sums().shoppers())
        .column("views", "bigint", row -> row.sums().views())
        .column("clicks", "bigint", row -> row.sums().clicks())
        .column("redemptions", "bigint", row -> row.sums().redemptions())
        .column("orders", "bigint", row -> row.sums().orders())
        .column("revenue_cents", "bigint", row -> row.sums().revenueCents())
        .column("discount_cents", "bigint", row -> row.sums().discountCents())
        .column("cost_cents", "bigint", row -> row.sums().costCents())
        .column("written_at_wall", "timestamptz", PromotionRow::writtenAtWall)
        .sink(postgres);
  }

  static Sink<CategoryRow> categoryShares(Postgres postgres) {
    return new TableSink<CategoryRow>("evaluation.category_shares", "s.revenue_cents = 0")
        .key("day", "date", row -> LocalDate.ofEpochDay(row.slice().day().epochDay()))
        .key("category", "text", row -> row.slice().day().category())
        .key("promotion", "text", row -> row.slice().promotionId())
        .column("revenue_cents", "bigint", CategoryRow::revenueCents)
        .column("category_revenue_cents", "bigint", CategoryRow::categoryRevenueCents)
        .column("written_at_wall", "timestamptz", CategoryRow::writtenAtWall)
        .sink(postgres);
  }

  static Sink<ReturnRow> incrementalReturns(Postgres postgres) {
    var keyed =
        new TableSink<ReturnRow>("evaluation.incremental_returns", "s.shoppers = 0")
            .key("day", "date", row -> LocalDate.ofEpochDay(row.epochDay()))
            .key("experiment", "text", ReturnRow::experiment)
            .key("variant", "text", ReturnRow::variant)
            .column("control", "text", ReturnRow::control)
            .column("promotion", "text", ReturnRow::promotion)
            .column("shoppers", "bigint", ReturnRow::shoppers)
            .column("compared_shoppers", "bigint", ReturnRow::comparedShoppers)
            .column("control_shoppers", "bigint", ReturnRow::controlShoppers);
    amount(keyed, "revenue", ReturnRow::revenue);
    amount(keyed, "profit", ReturnRow::profit);
    return keyed.column("written_at_wall", "timestamptz", ReturnRow::writtenAtWall).sink(postgres);
  }

  private interface Of extends Function<ReturnRow, Amount>, Serializable {}

  private interface Part extends Function<Amount, Double>, Serializable {}

  private static void amount(TableSink<ReturnRow> table, String name, Of of) {
    part(table, name + "_cents", of, Amount::cents);
    part(table, name + "_standard_error", of, Amount::standardError);
    part(table, name + "_low", of, Amount::low);
    part(table, name + "_high", of, Amount::high);
    part(table, name + "_always_valid_low", of, Amount::alwaysValidLow);
    part(table, name + "_always_valid_high", of, Amount::alwaysValidHigh);
  }

  private static void part(TableSink<ReturnRow> table, String column, Of of, Part part) {
    table.column(
        column,
        "float8",
        row -> {
          Amount amount = of.apply(row);
          return amount == null ? null : part.apply(amount);
        });
  }
}
