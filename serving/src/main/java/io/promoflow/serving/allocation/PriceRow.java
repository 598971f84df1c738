package io.promoflow.serving.allocation;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static io.promoflow.ingestion.store.ColumnType.FLOAT8;
import static io.promoflow.ingestion.store.ColumnType.TEXT;
import static io.promoflow.ingestion.store.ColumnType.TIMESTAMPTZ;

import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.RowWriter;
import io.promoflow.serving.allocation.DualPrices.Price;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How the prices of one promotion lie in the table {@code serving.dual_prices}. One more row of
 * each version is of no promotion: by it a version is found where nothing but contacts is scarce,
 * or nothing at all.
 *
 * @param version of the prices
 * @param promotionId which, or {@link #NO_PROMOTION}
 * @param at end of the slide
 */
public record PriceRow(
    String version,
    String promotionId,
    Instant at,
    double perBudgetCent,
    double perUnit,
    double contactCents) {

  public static final String NO_PROMOTION = "";

  public static final BulkTable TABLE =
      BulkTable.of(
          "serving.dual_prices",
          key("version", TEXT),
          key("promotion_id", TEXT),
          column("at", TIMESTAMPTZ),
          column("per_budget_cent", FLOAT8),
          column("per_unit", FLOAT8),
          column("contact_cents", FLOAT8));

  public static List<PriceRow> of(DualPrices prices) {
    var rows = new ArrayList<PriceRow>();
    rows.add(of(prices, NO_PROMOTION, Price.FREE));
    prices.promotions().forEach((id, price) -> rows.add(of(prices, id, price)));
    return rows;
  }

  private static PriceRow of(DualPrices prices, String promotionId, Price price) {
    return new PriceRow(
        prices.version(),
        promotionId,
        prices.at(),
        price.perBudgetCent(),
        price.perUnit(),
        prices.contactCents());
  }

  public static void bind(RowWriter row, PriceRow price) {
    row.text(price.version())
        .text(price.promotionId())
        .timestamptz(price.at())
        .float8(price.perBudgetCent())
        .float8(price.perUnit())
        .float8(price.contactCents());
  }
}
