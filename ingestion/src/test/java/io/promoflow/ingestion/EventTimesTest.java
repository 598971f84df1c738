package io.promoflow.ingestion;

import static io.promoflow.ingestion.schema.RejectionReason.OUT_OF_RANGE;
import static io.promoflow.ingestion.schema.RejectionReason.TOO_FAR_AHEAD;
import static io.promoflow.ingestion.schema.RejectionReason.TOO_OLD;
import static io.promoflow.ingestion.schema.RejectionReason.WRONG_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.ParseResult.Accepted;
import io.promoflow.ingestion.ParseResult.Rejected;
import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an event happened, in every way to write it, and when it cannot have happened. */
class EventTimesTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private final EventParser parser =
      new EventParser(ParserLimits.DEFAULT, Clock.fixed(NOON, ZoneOffset.UTC));

  private ParseResult parse(String json) {
    return parser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private ShopEvent one(String json) {
    assertThat(parse(json)).isInstanceOf(Accepted.class);
    return ((Accepted) parse(json)).events().get(0);
  }

  private void refuses(String json, RejectionReason reason, String path) {
    assertThat(parse(json)).isInstanceOf(Rejected.class);
    var rejected = (Rejected) parse(json);
    assertThat(rejected.reason()).isEqualTo(reason);
    assertThat(rejected.path()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "'2026-01-05T12:00:00Z'",
    "'2026-01-05T14:00:00.000+02:00'",
    "1767614400",
    "1767614400000",
    "1767614400000000",
    "1767614400.0"
  })
  void readsEveryWayToWriteATime(String time) {
    String json =
        "{'messageId':'e1','userId':'ada','event':'sign_up','timestamp':" + quoted(time) + "}";
    assertThat(one(json).at()).isEqualTo(NOON);
  }

  private static String quoted(String time) {
    return time.contains("T") ? "'" + time + "'" : time;
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-05T12:00:00,BAD_TIMESTAMP",
    "yesterday,BAD_TIMESTAMP",
    "05.01.2026,BAD_TIMESTAMP",
    "2026-13-05T12:00:00Z,BAD_TIMESTAMP",
    "2027-01-05T12:00:00Z,TOO_FAR_AHEAD",
    "2026-01-05T13:00:00.001Z,TOO_FAR_AHEAD",
    "+999999999-01-01T00:00:00Z,TOO_FAR_AHEAD",
    "1970-01-01T00:00:00Z,TOO_OLD",
    "-999999999-01-01T00:00:00Z,TOO_OLD"
  })
  void refusesTimesThatCannotBe(String time, RejectionReason reason) {
    refuses(
        "{'messageId':'e1','userId':'ada','event':'sign_up','timestamp':'" + time + "'}",
        reason,
        "$.timestamp");
  }

  @Test
  void refusesNumericTimesThatCannotBe() {
    String head = "{'messageId':'e1','userId':'ada','event':'sign_up','timestamp':";
    refuses(head + "0}", TOO_OLD, "$.timestamp");
    refuses(head + "99999999999999999999999}", OUT_OF_RANGE, "$.timestamp");
    refuses(head + "true}", WRONG_TYPE, "$.timestamp");
    refuses(head + "1799150400}", TOO_FAR_AHEAD, "$.timestamp");
  }
}
