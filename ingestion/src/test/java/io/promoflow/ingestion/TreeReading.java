package io.promoflow.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What plain Jackson reads in an accepted event, held against what the parser made of it. */
final class TreeReading {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode root;

  private TreeReading(JsonNode root) {
    this.root = root;
  }

  static void confirms(byte[] bytes, ParseResult.Accepted accepted) throws IOException {
    new TreeReading(STRICT.readTree(bytes)).confirms(accepted);
  }

  private void confirms(ParseResult.Accepted accepted) {
    sameText(accepted.rawEventId(), null, EventField.EVENT_ID);
    boolean lines = EventTypes.hasLines(accepted.events().get(0).type()) && !lines().isEmpty();
    assertThat(accepted.events()).hasSize(lines ? lines().size() : 1);
    for (int i = 0; i < accepted.events().size(); i++) {
      confirms(accepted.events().get(i), lines ? lines().get(i) : null);
    }
  }

  private void confirms(ShopEvent event, JsonNode line) {
    same(event.type(), EventTypes.named(value(null, EventField.TYPE).asText()));
    sameText(event.shopperId(), null, EventField.SHOPPER_ID);
    same(event.at(), moment());
    sameText(event.sessionId(), line, EventField.SESSION_ID);
    sameText(event.productId(), line, EventField.PRODUCT_ID);
    sameText(event.category(), line, EventField.CATEGORY);
    sameText(event.brand(), line, EventField.BRAND);
    sameText(event.orderId(), line, EventField.ORDER_ID);
    sameText(event.promotionId(), line, EventField.PROMOTION_ID);
    sameText(event.decisionId(), line, EventField.DECISION_ID);
    sameText(event.memberLevel(), line, EventField.MEMBER_LEVEL);
    sameText(event.couponCode(), line, EventField.COUPON_CODE);
    if (event.type() == ShopEventType.SEARCHED) {
      sameText(event.query(), line, EventField.QUERY);
    }
    if (event.type() == ShopEventType.REVIEWED) {
      sameText(event.text(), line, EventField.TEXT);
      sameNumber(event.rating(), value(line, EventField.RATING));
    }
    sameNumber(event.quantity(), value(line, EventField.QUANTITY));
    sameNumber(event.dwellMillis(), value(line, EventField.DWELL_MILLIS));
    if (event.unitPriceCents() != null
        && value(line, EventField.UNIT_PRICE_CENTS) != null
        && line == null) {
      sameNumber(event.unitPriceCents(), value(null, EventField.UNIT_PRICE_CENTS));
    }
  }

  private Instant moment() {
    JsonNode value = value(null, EventField.AT);
    if (value.isTextual()) {
      return OffsetDateTime.parse(value.asText()).toInstant().truncatedTo(ChronoUnit.MILLIS);
    }
    BigDecimal number = value.decimalValue();
    BigDecimal[] millis = {
      number.movePointRight(3), number, number.movePointLeft(3),
    };
    int digits = number.precision() - number.scale();
    var chosen = millis[digits <= 11 ? 0 : digits <= 14 ? 1 : 2];
    return Instant.ofEpochMilli(chosen.setScale(0, java.math.RoundingMode.FLOOR).longValue());
  }

  private static void same(Object ours, Object theirs) {
    if (!Objects.equals(ours, theirs)) {
      assertThat(ours).isEqualTo(theirs);
    }
  }

  private static void sameNumber(Number ours, JsonNode theirs) {
    same(
        ours == null ? null : ours.longValue(),
        theirs == null ? null : theirs.decimalValue().longValueExact());
  }

  private void sameText(String ours, JsonNode line, EventField field) {
    JsonNode value = value(line, field);
    if (value != null && value.isNumber()) {
      same(new BigInteger(ours), value.bigIntegerValue());
    } else {
      same(ours, value == null ? null : value.asText());
    }
  }

  private JsonNode value(JsonNode line, EventField field) {
    JsonNode own = line == null ? null : strongest(field, List.of(line));
    return own != null || (line != null && !EventAssembler.inherits(field))
        ? own
        : strongest(field, places());
  }

  private static JsonNode strongest(EventField field, List<JsonNode> places) {
    for (String name : field.names()) {
      for (JsonNode place : places) {
        JsonNode value = place.get(name);
        if (value != null && !value.isNull() && !(value.isTextual() && value.asText().isBlank())) {
          return value;
        }
      }
    }
    return null;
  }

  private List<JsonNode> places() {
    var places = new ArrayList<JsonNode>();
    places.add(root);
    for (String name : List.of("properties", "event_params", "params")) {
      if (root.has(name) && root.get(name).isObject()) {
        places.add(root.get(name));
      }
    }
    return places;
  }

  /** Of the strongest array, without nulls. */
  private List<JsonNode> lines() {
    for (String name : List.of("products", "items")) {
      for (JsonNode place : places()) {
        if (place.has(name) && place.get(name).isArray()) {
          var lines = new ArrayList<JsonNode>();
          place.get(name).forEach(line -> addObject(lines, line));
          return lines;
        }
      }
    }
    return List.of();
  }

  private static void addObject(List<JsonNode> lines, JsonNode line) {
    if (line.isObject()) {
      lines.add(line);
    }
  }
}
