package io.promoflow.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** EVENTS.md names everything that the parser knows, and its examples are accepted. */
class EventReferenceTest {
  private static String page() throws Exception {
    return Files.readString(Path.of("EVENTS.md"));
  }

  @Test
  void namesEveryTypeFieldAliasAndReason() throws Exception {
    String page = page();
    for (ShopEventType type : ShopEventType.values()) {
      assertThat(page).contains("`" + type + "`");
    }
    for (EventField field : EventField.values()) {
      field.names().forEach(name -> assertThat(page).contains("`" + name + "`"));
    }
    for (RejectionReason reason : RejectionReason.values()) {
      assertThat(page).contains("`" + reason + "`");
    }
  }

  @Test
  void itsExamplesAreAccepted() throws Exception {
    var parser = new EventParser(ParserLimits.DEFAULT, Clock.systemUTC());
    var examples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page());
    int count = 0;
    while (examples.find()) {
      count++;
      assertThat(parser.parse(examples.group(1).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .isInstanceOf(ParseResult.Accepted.class);
    }
    assertThat(count).isGreaterThanOrEqualTo(3);
  }
}
