package io.promoflow.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.ParseResult.Accepted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** With or without the quick way for ordinary events, the parser says the same. */
class PlainParserFuzzTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-05T12:00:00Z"), ZoneOffset.UTC);
  private static final int TREE_EVERY = 5;

  private final EventParser parser = new EventParser(ParserLimits.DEFAULT, NOON);
  private final PlainParser plain = new PlainParser(ParserLimits.DEFAULT, NOON);
  private int accepted;
  private int quick;

  private void saysTheSame(int times, Supplier<byte[]> inputs) throws IOException {
    for (int i = 0; i < times; i++) {
      byte[] bytes = inputs.get();
      ParseResult thorough = parser.parseThoroughly(bytes);
      Accepted taken = plain.parse(bytes);
      if (taken != null && !taken.equals(thorough)) {
        assertThat(taken).as(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(thorough);
      }
      if (thorough instanceof Accepted event) {
        accepted++;
        quick += taken == null ? 0 : 1;
        if (i % TREE_EVERY == 0) {
          TreeReading.confirms(bytes, event);
        }
      }
    }
  }

  @Test
  void plainEventsGoTheQuickWay() throws IOException {
    saysTheSame(300_000, new RawEventSamples(1)::plain);
    assertThat(accepted).isGreaterThan(200_000);
    assertThat((double) quick / accepted).isGreaterThan(0.95);
  }

  @Test
  void oddEventsMeanTheSame() throws IOException {
    saysTheSame(350_000, new RawEventSamples(2)::odd);
    assertThat(accepted).isGreaterThan(50_000);
    assertThat(quick).isGreaterThan(20_000);
  }

  @Test
  void tamperedEventsMeanTheSame() throws IOException {
    saysTheSame(350_000, new RawEventSamples(3)::tampered);
    assertThat(accepted).isGreaterThan(20_000);
    assertThat(quick).isGreaterThan(10_000);
  }

  @Test
  void whatTheParserSaysIsEitherWay() {
    var samples = new RawEventSamples(4);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = samples.odd();
      assertThat(parser.parse(bytes)).isEqualTo(parser.parseThoroughly(bytes));
    }
  }
}
