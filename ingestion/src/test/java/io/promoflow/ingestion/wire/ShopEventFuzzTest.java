package io.promoflow.ingestion.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shop events are read and written the quick way exactly as databind reads and writes them. */
class ShopEventFuzzTest {
  private static final int EVENTS = 200_000;
  private static final String[] ODD_TEXTS = {
    "",
    " ",
    "gr\u00fcn",
    "\ud83c\udf75",
    "\ufffd",
    "\"",
    "\\",
    "\n",
    "\u0001",
    "\u007f",
    "\u0085",
    "\u2028"
  };
  private static final String[] PIECES = {
    "\"",
    "\\",
    "{",
    "}",
    ",",
    ":",
    "null",
    "1",
    "-",
    ".5",
    "e2",
    " ",
    "true",
    ",\"at\":0",
    "\"x\":1,",
    "\u0000",
    "\u00e9",
    "+01:00",
    "Z",
    "[]"
  };

  private final Random random = new Random(5);

  @Test
  void writesAndReadsWhatDatabindDoes() throws IOException {
    int quick = 0;
    for (int i = 0; i < EVENTS; i++) {
      ShopEvent event = event(false);
      byte[] bytes = Wire.JSON.writeValueAsBytes(event);
      assertSame(Wire.bytes(event), bytes);
      assertSame(Wire.read(bytes, ShopEvent.class), event);
      boolean both = ShopEventReader.read(bytes) != null && ShopEventWriter.bytes(event) != null;
      quick += both ? 1 : 0;
    }
    assertThat(quick).isEqualTo(EVENTS);
  }

  @Test
  void writesOddEventsAsDatabindDoes() throws IOException {
    for (int i = 0; i < EVENTS; i++) {
      ShopEvent event = event(true);
      byte[] bytes = Wire.JSON.writeValueAsBytes(event);
      assertSame(Wire.bytes(event), bytes);
      assertSame(Wire.read(bytes, ShopEvent.class), Wire.JSON.readValue(bytes, ShopEvent.class));
    }
  }

  @Test
  void readsTamperedBytesAsDatabindDoes() throws IOException {
    int understood = 0;
    for (int i = 0; i < EVENTS; i++) {
      byte[] bytes = tampered(Wire.JSON.writeValueAsBytes(event(random.nextInt(4) == 0)));
      ShopEvent quick = ShopEventReader.read(bytes);
      if (quick != null) {
        understood++;
        assertSame(quick, databind(bytes));
      }
    }
    assertThat(understood).isBetween(EVENTS / 50, EVENTS);
  }

  private static ShopEvent databind(byte[] bytes) throws IOException {
    try {
      return Wire.JSON.readValue(bytes, ShopEvent.class);
    } catch (JacksonException e) {
      throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private static void assertSame(byte[] ours, byte[] theirs) {
    if (!Arrays.equals(ours, theirs)) {
      assertThat(new String(ours, StandardCharsets.UTF_8))
          .isEqualTo(new String(theirs, StandardCharsets.UTF_8));
    }
  }

  private static void assertSame(ShopEvent ours, ShopEvent theirs) {
    if (!ours.equals(theirs)) {
      assertThat(ours).isEqualTo(theirs);
    }
  }

  private byte[] tampered(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + random.nextInt(3));
    String before = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
    String after = new String(bytes, to, bytes.length - to, StandardCharsets.ISO_8859_1);
    String between =
        random.nextBoolean()
            ? PIECES[random.nextInt(PIECES.length)]
            : String.valueOf((char) random.nextInt(256));
    return (before + between + after).getBytes(StandardCharsets.ISO_8859_1);
  }

  private ShopEvent event(boolean odd) {
    ShopEventType[] types = ShopEventType.values();
    return new ShopEvent(
        text(odd),
        odd && random.nextInt(50) == 0 ? null : types[random.nextInt(types.length)],
        text(odd),
        text(odd),
        at(odd),
        text(odd),
        text(odd),
        text(odd),
        absent() ? null : (int) number(odd),
        absent() ? null : number(odd),
        absent() ? null : number(odd),
        text(odd),
        text(odd),
        text(odd),
        text(odd),
        text(odd),
        absent() ? null : (int) number(odd),
        text(odd),
        absent() ? null : number(odd),
        text(odd),
        text(odd));
  }

  private boolean absent() {
    return random.nextInt(3) == 0;
  }

  private String text(boolean odd) {
    if (absent()) {
      return null;
    }
    if (odd && random.nextInt(10) == 0) {
      return ODD_TEXTS[random.nextInt(ODD_TEXTS.length)];
    }
    return Long.toString(random.nextLong() >> random.nextInt(64), 36) + (absent() ? " x" : "");
  }

  private Instant at(boolean odd) {
    if (odd) {
      long second = random.nextLong() >> (28 + random.nextInt(20));
      return random.nextInt(20) == 0
          ? null
          : Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
    }
    return Instant.ofEpochMilli(random.nextLong(7_000_000_000_000L));
  }

  private long number(boolean odd) {
    return odd
        ? random.nextLong() >> random.nextInt(64)
        : random.nextInt(1_000_000_000) >> random.nextInt(30);
  }
}
