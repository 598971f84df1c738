package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mappings that we ship, on rows that look like the real ones. */
class ShippedMappingsTest {
  @TempDir Path folder;
  private final EventParser parser = new EventParser(ParserLimits.DEFAULT, Clock.systemUTC());

  private List<ParseResult> results(String mapping, String file, String text) throws Exception {
    var path = Files.writeString(folder.resolve(file), text);
    var results = new ArrayList<ParseResult>();
    try (var reader = ReplayReader.open(ReplayMapping.load(mapping), List.of(path))) {
      reader.forEachRemaining(event -> results.add(parser.parse(event.json())));
    }
    return results;
  }

  private static ShopEvent event(ParseResult result) {
    assertThat(result).isInstanceOf(ParseResult.Accepted.class);
    return ((ParseResult.Accepted) result).events().get(0);
  }

  private static RejectionReason reason(ParseResult result) {
    assertThat(result).isInstanceOf(ParseResult.Rejected.class);
    return ((ParseResult.Rejected) result).reason();
  }

  @Test
  void onlineRetail() throws Exception {
    String head =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
    var results =
        results(
            "online-retail",
            "online_retail.csv",
            head
                + "536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
                + "C536379,D,Discount,-1,2011-07-01 09:41:00,27.5,14527.0,United Kingdom\n"
                + "536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom\n"
                + "550193,PADS,\"P, A\",1,2011-04-15 09:27:00,0.001,13952.0,United Kingdom\n"
                + "A1,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,12345.0,United Kingdom\n");
    var order = event(results.get(0));
    assertThat(order.eventId()).isEqualTo("online_retail-1");
    assertThat(order.shopperId()).isEqualTo("17850");
    assertThat(order.grossCents()).isEqualTo(1530);
    assertThat(order.at()).isEqualTo("2010-12-01T08:26:00Z");
    var cancelled = event(results.get(1));
    assertThat(cancelled.type()).isEqualTo(ShopEventType.ORDER_CANCELLED);
    assertThat(cancelled.quantity()).isEqualTo(1);
    assertThat(cancelled.at()).isEqualTo("2011-07-01T08:41:00Z");
    assertThat(reason(results.get(2))).isEqualTo(RejectionReason.MISSING_SHOPPER_ID);
    assertThat(event(results.get(3)).unitPriceCents()).isZero();
    assertThat(reason(results.get(4))).isEqualTo(RejectionReason.OUT_OF_RANGE);
  }

  @Test
  void completeJourney() throws Exception {
    String head =
        "\"household_id\",\"store_id\",\"basket_id\",\"product_id\",\"quantity\",\"sales_value\","
            + "\"retail_disc\",\"coupon_disc\",\"coupon_match_disc\",\"week\",\"transaction_timestamp\"\n";
    var results =
        results(
            "complete-journey",
            "transactions_sample.csv",
            head
                + "\"1\",\"9\",\"b1\",\"p\",2,3.86,0.43,1,0.11,5,\"2017-01-28T19:06:53Z\"\n"
                + "\"1\",\"9\",\"b2\",\"p\",3,1.00,0,0,0,5,\"2017-01-28T19:06:54Z\"\n"
                + "\"1\",\"9\",\"b3\",\"p\",0,0,0,1.4,0,5,\"2017-01-28T19:06:55Z\"\n");
    var whole = event(results.get(0));
    assertThat(whole.quantity()).isEqualTo(2);
    assertThat(whole.unitPriceCents()).isEqualTo(220);
    assertThat(whole.netCents()).isEqualTo(386);
    var third = event(results.get(1));
    assertThat(third.quantity()).isEqualTo(1);
    assertThat(third.netCents()).isEqualTo(100);
    assertThat(reason(results.get(2))).isEqualTo(RejectionReason.OUT_OF_RANGE);

    var redemptions =
        results(
            "complete-journey",
            "coupon_redemptions.csv",
            "household_id,coupon_upc,campaign_id,redemption_date\n\"1029\",\"513\",\"26\",2017-01-01\n");
    assertThat(event(redemptions.get(0)).promotionId()).isEqualTo("26/513");
    assertThat(event(redemptions.get(0)).at()).isEqualTo("2017-01-01T00:00:00Z");
  }

  @Test
  void taobao() throws Exception {
    var results =
        results(
            "taobao",
            "UserBehavior.csv",
            """
            1,2268318,2520377,pv,1511544070
            1,2,3,cart,1511544071
            1,2,3,fav,1511544072
            1,2,3,buy,1511544073
            1,2,3,dance,1511544074
            1,2,3
            """);
    assertThat(event(results.get(0)).type()).isEqualTo(ShopEventType.PRODUCT_VIEWED);
    assertThat(event(results.get(0)).at()).isEqualTo("2017-11-24T17:21:10Z");
    assertThat(event(results.get(1)).type()).isEqualTo(ShopEventType.ADDED_TO_CART);
    assertThat(reason(results.get(2))).isEqualTo(RejectionReason.UNKNOWN_TYPE);
    assertThat(event(results.get(3)).orderId()).isEqualTo("1-1511544073");
    assertThat(event(results.get(3)).netCents()).isZero();
    assertThat(reason(results.get(4))).isEqualTo(RejectionReason.UNKNOWN_TYPE);
    assertThat(reason(results.get(5))).isEqualTo(RejectionReason.NOT_JSON);
  }
}
