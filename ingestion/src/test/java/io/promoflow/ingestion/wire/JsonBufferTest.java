package io.promoflow.ingestion.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is what was meant, and what needs escapes is refused wherever it stands. */
class JsonBufferTest {
  private static final int LONGEST = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void writesPlainTextsAndRefusesEveryOtherCharacterAtEveryPlace() throws Exception {
    for (int length = 0; length <= LONGEST; length++) {
      assertThat(written("a".repeat(length))).isEqualTo('"' + "a".repeat(length) + '"');
      for (int place = 0; place < length; place++) {
        for (char c = 0; c < 0x180; c++) {
          isWrittenOrRefused("a".repeat(place) + c + "b".repeat(length - place - 1), c);
        }
        for (char c : new char[] {'\ud800', '\udc00', '\u2028', '\uffff', '\u2020'}) {
          isWrittenOrRefused("a".repeat(place) + c + "b".repeat(length - place - 1), c);
        }
      }
    }
  }

  private static void isWrittenOrRefused(String text, char odd) throws Unusual {
    if (odd >= ' ' && odd <= '~' && odd != '"' && odd != '\\') {
      assertThat(written(text)).isEqualTo('"' + text + '"');
    } else {
      assertThatThrownBy(() -> written(text)).isInstanceOf(Unusual.class);
    }
  }

  private static String written(String text) throws Unusual {
    var json = new JsonBuffer(1);
    json.text(text);
    return ascii(json);
  }

  @Test
  void writesEveryHundredthAsShortlyAsItCanBe() throws Exception {
    for (int hundredths = 0; hundredths < 1_000_000; hundredths++) {
      var json = new JsonBuffer(1);
      json.number(hundredths / 100.0);
      assertThat(ascii(json)).isEqualTo(Double.toString(hundredths / 100.0));
      hundredths += hundredths > 20_000 ? 30 : 0;
    }
  }

  @Test
  void writesNumbersThatReadBackTheSame() throws Exception {
    var random = new Random(20_261_127);
    for (int i = 0; i < 200_000; i++) {
      double number = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(24) - 8);
      double parts = Math.pow(10, random.nextInt(12));
      double told = random.nextBoolean() ? number : Math.rint(number * parts) / parts;
      long whole = random.nextLong() >> random.nextInt(Long.SIZE);
      var json = new JsonBuffer(1);
      json.number(told);
      json.mark(' ');
      json.whole(whole);
      String[] both = ascii(json).split(" ", -1);
      assertThat(JSON.readTree(both[0]).doubleValue()).isEqualTo(told);
      assertThat(both[1]).isEqualTo(Long.toString(whole));
    }
  }

  private static String ascii(JsonBuffer json) {
    return new String(json.toBytes(), StandardCharsets.US_ASCII);
  }
}
