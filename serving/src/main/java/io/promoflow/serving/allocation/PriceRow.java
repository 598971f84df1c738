package io.promoflow.serving.allocation;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static io.promoflow.ingestion.store.ColumnType.FLOAT8;
import static io.promoflow.ingestion.store.ColumnType.TEXT;
import static io.promoflow.ingestion.store.ColumnType.TIMESTAMPTZ;

import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.RowWriter;
import java.time.Instant;
import java.util.List;

/**
 * How the prices of one promotion lie in the table {@code serving.dual_prices}.
 *
 * @param version of the prices
 * @param promotionId which
 * @param at end of the slide
 */
public record PriceRow(
    String version,
    String promotionId,
    Instant at,
    double perBudgetCent,
    double perUnit,
    double contactCents) {

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
    return prices.promotions().entrySet().stream()
        .map(
            price ->
                new PriceRow(
                    prices.version(),
                    price.getKey(),
                    prices.at(),
                    price.getValue().perBudgetCent(),
                    price.getValue().perUnit(),
                    prices.contactCents()))
        .toList();
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
