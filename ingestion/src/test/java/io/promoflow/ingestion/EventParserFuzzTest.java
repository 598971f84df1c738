package io.promoflow.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.ParseResult.Accepted;
import io.promoflow.ingestion.ParseResult.Rejected;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever the bytes are, they are accepted or rejected, and the result can be written on. */
class EventParserFuzzTest {
  private static final String VALID =
      """
      {"messageId":"e1","event":"Order Completed","userId":"ada","timestamp":"2026-01-05T12:00:00Z",
       "properties":{"orderId":"o1","currency":"EUR","discount":1.5,
        "products":[{"sku":"a","price":10.5,"quantity":2},{"sku":"b","price":3,"quantity":1}]}}""";

  private final EventParser parser =
      new EventParser(
          ParserLimits.DEFAULT, Clock.fixed(Instant.parse("2026-01-05T12:00:00Z"), ZoneOffset.UTC));

  private void acceptsOrRejects(byte[] bytes) {
    var result = parser.parse(bytes);
    if (result instanceof Accepted accepted) {
      assertThat(accepted.events()).isNotEmpty();
      accepted.events().forEach(event -> assertThat(Wire.bytes(event)).isNotEmpty());
    } else if (result instanceof Rejected rejected) {
      assertThat(rejected.detail()).doesNotContain("the parser failed");
      assertThat(rejected.detail().length()).isBetween(1, 300);
      assertThat(Wire.bytes(rejected)).isNotEmpty();
    }
  }

  @Property(tries = 2_000)
  void anyBytes(@ForAll byte[] bytes) {
    acceptsOrRejects(bytes);
  }

  @Property(tries = 2_000)
  void aValidEventWithOneByteChanged(@ForAll @IntRange(max = 5_000) int at, @ForAll byte value) {
    byte[] bytes = VALID.getBytes(StandardCharsets.UTF_8);
    bytes[at % bytes.length] = value;
    acceptsOrRejects(bytes);
  }

  @Property(tries = 500)
  void aValidEventCutShortIsRejected(@ForAll @IntRange(max = 5_000) int length) {
    String cut = VALID.substring(0, length % VALID.length());
    assertThat(parser.parse(cut.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Rejected.class);
    assertThat(parser.parse(VALID.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Accepted.class);
  }

  @Property(tries = 3_000)
  void anyValueUnderAnyName(@ForAll("members") String first, @ForAll("members") String second) {
    String json =
        "{\"messageId\":\"e1\",\"userId\":\"ada\",\"timestamp\":1767614400,\"event\":\"refund\","
            + "\"orderId\":\"o\",\"properties\":{"
            + first
            + "},"
            + second
            + "}";
    acceptsOrRejects(json.getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<String> members() {
    var names = Arbitraries.of(EventField.values()).flatMap(field -> Arbitraries.of(field.names()));
    var odd =
        Arbitraries.of(
            "null",
            "true",
            "[]",
            "{}",
            "[{}]",
            "\"\"",
            "\"\\uDC00\"",
            "\"\\u0000\"",
            "NaN",
            "-Infinity",
            "1e400",
            "-1e-400",
            "1e2147483647",
            "0.5",
            "-1",
            "\"EUR\"",
            "\"NaN\"",
            "99999999999999999999",
            "\"2026-01-05T12:00:00Z\"",
            "\"+1000000000-01-01T00:00Z\"");
    var values =
        Arbitraries.oneOf(
            odd,
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.bigDecimals().map(String::valueOf),
            Arbitraries.strings().alpha().ofMaxLength(30).map(s -> "\"" + s + "\""));
    return Combinators.combine(
            Arbitraries.oneOf(names, Arbitraries.of("products", "items")), values)
        .as((name, value) -> "\"" + name + "\":" + value);
  }
}
