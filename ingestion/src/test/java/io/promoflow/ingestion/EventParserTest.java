package io.promoflow.ingestion;

import static io.promoflow.ingestion.schema.RejectionReason.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.ParseResult.Accepted;
import io.promoflow.ingestion.ParseResult.Rejected;
import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventParserTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final String HEAD =
      "'messageId':'e1','userId':'ada','timestamp':'2026-01-05T12:00:00Z'";

  private final EventParser parser =
      new EventParser(ParserLimits.DEFAULT, Clock.fixed(NOON, ZoneOffset.UTC));

  private ParseResult parse(String json) {
    return parser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private List<ShopEvent> accepted(String json) {
    var result = parse(json);
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).events();
  }

  private ShopEvent one(String json) {
    assertThat(accepted(json)).hasSize(1);
    return accepted(json).get(0);
  }

  private Rejected rejected(String json) {
    var result = parse(json);
    assertThat(result).isInstanceOf(Rejected.class);
    return (Rejected) result;
  }

  private void refuses(String json, RejectionReason reason, String path) {
    assertThat(rejected(json))
        .extracting(Rejected::reason, Rejected::path)
        .containsExactly(reason, path);
  }

  private static String order(String fields) {
    return "{" + HEAD + ",'event':'Order Completed'," + fields + "}";
  }

  private static final String LINE =
      "'orderId':'o1','productId':'p1','quantity':2,'currency':'EUR'";

  @Test
  void readsTheFlatForm() {
    assertThat(
            one(
                order(
                    LINE
                        + ",'price':19.99,'discountCents':100,'sessionId':'s1','category':'tea',"
                        + "'brand':'b','promotionId':'ten','decisionId':'d-1','dwellMillis':1200,"
                        + "'member_level':'gold','couponCode':'TEN'")))
        .isEqualTo(
            new ShopEvent(
                "e1",
                ShopEventType.ORDER_PLACED,
                "ada",
                "s1",
                NOON,
                "p1",
                "tea",
                "b",
                2,
                1999L,
                100L,
                "EUR",
                "o1",
                "ten",
                "d-1",
                null,
                null,
                null,
                1200L,
                "gold",
                "TEN"));
  }

  @Test
  void aProfileTellsTheLevel() {
    assertThat(one("{" + HEAD + ",'event':'identify','memberLevel':'gold'}"))
        .extracting(ShopEvent::type, ShopEvent::memberLevel)
        .containsExactly(ShopEventType.PROFILE_CHANGED, "gold");
    refuses("{" + HEAD + ",'event':'identify','memberLevel':true}", WRONG_TYPE, "$.memberLevel");
  }

  @Test
  void readsSegmentOrdersAsOneEventPerLine() {
    var lines =
        accepted(
            """
            {'type':'track','event':'Order Completed','messageId':'m1','userId':null,
             'anonymousId':'anon','originalTimestamp':'2026-01-05T13:00:00.1239+01:00',
             'properties':{'order_id':'o1','currency':'EUR','discount':1.00,'coupon':'ten',
               'products':[{'product_id':'a','price':10,'quantity':1,'category':'tea'},
                           {'sku':'b','price':0.005,'quantity':1},
                           {'sku':'c','price':20,'quantity':1}]}}""");
    assertThat(lines).extracting(ShopEvent::eventId).containsExactly("m1/1", "m1/2", "m1/3");
    assertThat(lines).extracting(ShopEvent::shopperId).containsOnly("anon");
    assertThat(lines).extracting(ShopEvent::at).containsOnly(NOON.plusMillis(123));
    assertThat(lines).extracting(ShopEvent::productId).containsExactly("a", "b", "c");
    assertThat(lines).extracting(ShopEvent::unitPriceCents).containsExactly(1000L, 1L, 2000L);
    assertThat(lines).extracting(ShopEvent::promotionId).containsOnly("ten");
    assertThat(lines.stream().mapToLong(ShopEvent::discountCents).sum()).isEqualTo(100);
    assertThat(lines).extracting(ShopEvent::discountCents).containsExactly(33L, 0L, 67L);
  }

  @Test
  void readsGa4PurchasesWithDiscountsPerPiece() {
    var line =
        one(
            """
            {'event_name':'purchase','event_id':'g1','user_id':'ada',
             'event_timestamp':1767614400000000,
             'event_params':{'transaction_id':'t1','currency':'USD',
               'items':[{'item_id':'a','item_category':'tea','item_brand':'b','price':8.5,
                         'discount':1.5,'quantity':3}]}}""");
    assertThat(line.at()).isEqualTo(NOON);
    assertThat(line.grossCents()).isEqualTo(3000);
    assertThat(line.netCents()).isEqualTo(2550);
    assertThat(line.category()).isEqualTo("tea");
  }

  @ParameterizedTest
  @CsvSource({
    "Product Viewed,PRODUCT_VIEWED",
    "view_item,PRODUCT_VIEWED",
    "PRODUCT_VIEWED,PRODUCT_VIEWED",
    "Products Searched,SEARCHED",
    "search,SEARCHED",
    "Product Added,ADDED_TO_CART",
    "add_to_cart,ADDED_TO_CART",
    "Product Removed,REMOVED_FROM_CART",
    "remove_from_cart,REMOVED_FROM_CART",
    "Order Completed,ORDER_PLACED",
    "purchase,ORDER_PLACED",
    "Order Cancelled,ORDER_CANCELLED",
    "Order Refunded,ORDER_REFUNDED",
    "refund,ORDER_REFUNDED",
    "Product Reviewed,REVIEWED",
    "Promotion Viewed,PROMOTION_VIEWED",
    "view_promotion,PROMOTION_VIEWED",
    "Promotion Clicked,PROMOTION_CLICKED",
    "select_promotion,PROMOTION_CLICKED",
    "Coupon Applied,COUPON_REDEEMED",
    "Coupon Redeemed,COUPON_REDEEMED",
    "Signed Up,SIGNED_UP",
    "sign_up,SIGNED_UP",
    "Profile Changed,PROFILE_CHANGED",
    "identify,PROFILE_CHANGED",
    "Consent Withdrawn,CONSENT_WITHDRAWN",
    "product-viewed,PRODUCT_VIEWED"
  })
  void knowsEveryNameOfAType(String name, ShopEventType type) {
    var event =
        one(
            "{"
                + HEAD
                + ",'event':'"
                + name
                + "',"
                + LINE
                + ",'price':1,'query':'tea','rating':5,'text':'good','promotionId':'ten'}");
    assertThat(event.type()).isEqualTo(type);
    assertThat(event.query() != null).isEqualTo(type == ShopEventType.SEARCHED);
    assertThat(event.rating() != null).isEqualTo(type == ShopEventType.REVIEWED);
  }

  @ParameterizedTest
  @CsvSource({
    "PRODUCT_VIEWED,productId",
    "ADDED_TO_CART,productId",
    "REMOVED_FROM_CART,productId",
    "SEARCHED,query",
    "ORDER_PLACED,orderId",
    "ORDER_PLACED,productId",
    "ORDER_PLACED,quantity",
    "ORDER_PLACED,currency",
    "ORDER_PLACED,price",
    "ORDER_CANCELLED,orderId",
    "ORDER_REFUNDED,price",
    "REVIEWED,rating",
    "REVIEWED,productId",
    "PROMOTION_VIEWED,promotionId",
    "PROMOTION_CLICKED,promotionId",
    "COUPON_REDEEMED,promotionId"
  })
  void refusesATypeWithoutWhatItNeeds(String type, String field) {
    String all = LINE + ",'price':1,'query':'tea','rating':5,'text':'good','promotionId':'ten'";
    String without = all.replaceAll(",?'" + field + "':('[^']*'|[0-9]+)", "").replaceAll("^,", "");
    refuses("{" + HEAD + ",'event':'" + type + "'," + without + "}", MISSING_FIELD, "$." + field);
  }

  @Test
  void readsAPlacementThatWasShownWithoutAPromotion() {
    var shown = one("{" + HEAD + ",'event':'Promotion Viewed','decisionId':'d1'}");
    assertThat(shown.type()).isEqualTo(ShopEventType.PROMOTION_VIEWED);
    assertThat(shown.promotionId()).isNull();
    assertThat(shown.decisionId()).isEqualTo("d1");
    refuses(
        "{" + HEAD + ",'event':'Promotion Clicked','decisionId':'d1'}",
        MISSING_FIELD,
        "$.promotionId");
  }

  @Test
  void refusesWhatIsNoJsonObject() {
    refuses("", EMPTY, "$");
    refuses("  \n", EMPTY, "$");
    refuses("{'messageId':'e1'", NOT_JSON, "$");
    refuses("{'messageId':'e1", NOT_JSON, "$");
    refuses("{'a':tru}", NOT_JSON, "$");
    refuses("{} x", NOT_JSON, "$");
    refuses("{}{}", NOT_JSON, "$");
    refuses("{'a':1,'a':2}", NOT_JSON, "$");
    refuses("{'x':{'a':1,'a':2}}", NOT_JSON, "$");
    refuses("[1,2", NOT_JSON, "$");
    refuses("[{'a':1}]", NOT_AN_OBJECT, "$");
    refuses("'text'", NOT_AN_OBJECT, "$");
    refuses("null", NOT_AN_OBJECT, "$");
    refuses("12", NOT_AN_OBJECT, "$");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] latin1 = "{\"messageId\":\"café\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = "{\"messageId\":\"e1\"}".getBytes(StandardCharsets.UTF_16LE);
    byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'};
    for (byte[] bytes : List.of(latin1, utf16, overlong)) {
      assertThat(((Rejected) parser.parse(bytes)).reason()).isEqualTo(NOT_JSON);
    }
  }

  @Test
  void refusesTooMuch() {
    refuses("{" + HEAD + ",'text':'" + "x".repeat(10_000_000) + "'}", TOO_LARGE, "$");
    refuses(
        "{'a':" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
        TOO_DEEP,
        "$.a" + "[0]".repeat(31));
    refuses("{'a':" + "{'a':".repeat(10_000), TOO_DEEP, "$" + ".a".repeat(32));
    refuses("[".repeat(10_000), TOO_DEEP, "$" + "[0]".repeat(32));
    refuses(
        "{" + HEAD + ",'event':'search','query':'" + "q".repeat(1_001) + "'}",
        FIELD_TOO_LONG,
        "$.query");
    refuses(
        "{'event':'search','userId':'ada','messageId':'" + "i".repeat(201) + "'}",
        FIELD_TOO_LONG,
        "$.messageId");
    refuses(
        order("'order_id':'o','products':[" + "{},".repeat(500) + "{}]"),
        OUT_OF_RANGE,
        "$.products");
  }

  @Test
  void refusesNumbersThatAreNone() {
    refuses(order(LINE + ",'price':NaN"), NOT_A_NUMBER, "$.price");
    refuses(
        order("'properties':{" + LINE + ",'price':-Infinity}"), NOT_A_NUMBER, "$.properties.price");
    refuses("{'unknown':[1,{'x':NaN}]}", NOT_A_NUMBER, "$.unknown[1].x");
    refuses(order(LINE + ",'price':'NaN'"), NOT_A_NUMBER, "$.price");
    refuses(order(LINE + ",'price':'19.99'"), WRONG_TYPE, "$.price");
    refuses(order(LINE + ",'price':true"), WRONG_TYPE, "$.price");
    refuses(order(LINE + ",'price':{}"), WRONG_TYPE, "$.price");
    refuses(order(LINE + ",'price':1e999999999"), OUT_OF_RANGE, "$.price");
    refuses(order(LINE + ",'price':1e-999999999"), OUT_OF_RANGE, "$.price");
    refuses(order(LINE + ",'price':1e99999999999"), OUT_OF_RANGE, "$.price");
    refuses(order(LINE + ",'price':" + "9".repeat(60_000)), OUT_OF_RANGE, "$.price");
    refuses(order(LINE + ",'price':-0.01"), OUT_OF_RANGE, "$.price");
    refuses(order(LINE + ",'unitPriceCents':1.5"), WRONG_TYPE, "$.unitPriceCents");
    refuses(order(LINE.replace(":2", ":0") + ",'price':1"), OUT_OF_RANGE, "$.quantity");
    refuses(order(LINE.replace(":2", ":1.5") + ",'price':1"), WRONG_TYPE, "$.quantity");
    refuses(order(LINE + ",'price':1,'discount':2.01"), OUT_OF_RANGE, "$.discount");
    assertThat(one(order(LINE.replace(":2", ":2.0") + ",'price':1")).quantity()).isEqualTo(2);
    assertThat(one(order(LINE + ",'price':0")).unitPriceCents()).isZero();
  }

  @Test
  void countsInTheMinorUnitOfTheCurrency() {
    assertThat(one(order(LINE + ",'price':1.005")).unitPriceCents()).isEqualTo(101);
    assertThat(one(order(LINE.replace("EUR", "JPY") + ",'price':500")).unitPriceCents())
        .isEqualTo(500);
    assertThat(one(order(LINE.replace("EUR", "KWD") + ",'price':1.5")).unitPriceCents())
        .isEqualTo(1500);
    refuses(order(LINE.replace("EUR", "euro") + ",'price':1"), BAD_CURRENCY, "$.currency");
    refuses(order(LINE.replace("EUR", "XXX") + ",'price':1"), BAD_CURRENCY, "$.currency");
    refuses(
        "{" + HEAD + ",'event':'view_item','properties':{'sku':'p','price':1}}",
        MISSING_FIELD,
        "$.properties.currency");
  }

  @Test
  void tellsTheFirstRuleInTheDocumentedOrder() {
    refuses("{'event':'x','price':NaN}", NOT_A_NUMBER, "$.price");
    refuses("{'price':-1}", MISSING_FIELD, "$.event");
    refuses("{'event':7}", WRONG_TYPE, "$.event");
    refuses("{'event':'dance'}", UNKNOWN_TYPE, "$.event");
    refuses("{'event':'search'}", MISSING_EVENT_ID, "$.messageId");
    refuses("{'event':'search','messageId':''}", MISSING_EVENT_ID, "$.messageId");
    refuses("{'event':'search','messageId':'e','userId':' '}", MISSING_SHOPPER_ID, "$.userId");
    refuses("{'event':'search','messageId':'e','userId':[1]}", WRONG_TYPE, "$.userId");
    refuses("{'event':'search','messageId':'e','userId':1}", MISSING_FIELD, "$.timestamp");
    refuses("{" + HEAD + ",'event':'search','properties':3}", WRONG_TYPE, "$.properties");
    refuses("{" + HEAD + ",'event':'search','products':[3]}", WRONG_TYPE, "$.products[0]");
    refuses(
        order(
            "'currency':'EUR','orderId':'o','products':[{'sku':'a','quantity':1,'price':1},"
                + "{'sku':'b','quantity':0,'price':-1}]"),
        OUT_OF_RANGE,
        "$.products[1].quantity");
  }

  @Test
  void keepsCharactersOutThatStoresRefuse() {
    refuses("{" + HEAD + ",'event':'search','query':'a\\u0000b'}", OUT_OF_RANGE, "$.query");
    refuses("{" + HEAD + ",'event':'search','query':'a\\uD800'}", OUT_OF_RANGE, "$.query");
    refuses("{'event':'search','messageId':'a\\nb'}", OUT_OF_RANGE, "$.messageId");
    assertThat(one("{" + HEAD + ",'event':'search','query':'\\uD83D\\uDE00\\n'}").query())
        .isEqualTo("\uD83D\uDE00\n");
  }

  @Test
  void detailNamesRuleAndValueAndStaysPrintable() {
    assertThat(rejected(order(LINE + ",'price':-5")).detail()).contains("from 0", "-5");
    var odd = rejected("{'event':'\\uD800" + "x".repeat(99) + "'}");
    assertThat(odd.detail()).hasSizeLessThanOrEqualTo(300).doesNotContain("\uD800");
  }
}
