package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.schema.RejectionReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayReaderTest {
  private static final String FIELDS =
      """
          fields:
            messageId: {template: "{file}-{row}"}
            event: {value: Product Viewed}
            userId: {column: who}
            timestamp: {column: at, time: "yyyy-MM-dd HH:mm", zone: Europe/London}
            productId: {column: what}
      """;

  private Path folder;

  @BeforeEach
  void folder(@TempDir Path temporary) {
    folder = temporary;
  }

  private Path file(String name, String text) {
    try {
      if (!name.endsWith(".gz")) {
        return Files.writeString(folder.resolve(name), text);
      }
      try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      return folder.resolve(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReplayMapping mapping(String source) {
    return ReplayMapping.parse("test.yaml", "sources:\n  - files: '*'\n" + source + FIELDS);
  }

  private static List<ReplayEvent> read(ReplayMapping mapping, Path... files) throws IOException {
    var events = new ArrayList<ReplayEvent>();
    try (var reader = ReplayReader.open(mapping, List.of(files))) {
      reader.forEachRemaining(events::add);
    }
    return events;
  }

  private static List<String> json(List<ReplayEvent> events) {
    return events.stream().map(e -> new String(e.json(), StandardCharsets.UTF_8)).toList();
  }

  private static RejectionReason refusal(ReplayEvent event) {
    var result = new EventParser(ParserLimits.DEFAULT, Clock.systemUTC()).parse(event.json());
    return result instanceof ParseResult.Rejected rejected ? rejected.reason() : null;
  }

  @Test
  void readsCsvWithHeaderPlainOrGzip() throws Exception {
    String text = "who,at,what\nada,2011-07-01 12:00,\"green, tea\"\n";
    for (String name : List.of("a.csv", "a.csv.gz")) {
      var events = read(mapping(""), file(name, text));
      assertThat(json(events))
          .containsExactly(
              "{\"messageId\":\"a-1\",\"event\":\"Product Viewed\",\"userId\":\"ada\","
                  + "\"timestamp\":\"2011-07-01T11:00:00Z\",\"productId\":\"green, tea\"}");
      assertThat(events.get(0).key()).isEqualTo("ada");
      assertThat(events.get(0).at()).isEqualTo("2011-07-01T11:00:00Z");
      assertThat(refusal(events.get(0))).isNull();
    }
  }

  @Test
  void readsJsonLinesWithNestedValues() throws Exception {
    var mapping =
        ReplayMapping.parse(
            "test.yaml",
            "sources:\n  - files: '*'\n    format: jsonl\n"
                + FIELDS.replace("column: who", "column: user.id"));
    var events =
        read(
            mapping,
            file(
                "a.jsonl", "{\"user\":{\"id\":7},\"at\":\"2011-01-01 00:00\",\"what\":\"tea\"}\n"));
    assertThat(events.get(0).key()).isEqualTo("7");
    assertThat(refusal(events.get(0))).isNull();
  }

  @Test
  void leavesNothingOutSilently() throws Exception {
    var events =
        read(
            mapping(""),
            file(
                "a.csv",
                """
                who,at,what
                ,2011-01-01 00:00,tea
                ada,yesterday,tea

                ada,2011
                ada,2011-01-01 00:00,tea,more
                ada,2011-01-01 00:00,
                """));
    assertThat(events)
        .extracting(ReplayReaderTest::refusal)
        .containsExactly(
            RejectionReason.MISSING_SHOPPER_ID,
            RejectionReason.BAD_TIMESTAMP,
            RejectionReason.EMPTY,
            RejectionReason.NOT_JSON,
            RejectionReason.NOT_JSON,
            RejectionReason.MISSING_FIELD);
    assertThat(events)
        .extracting(ReplayEvent::unmappable)
        .containsExactly(
            null,
            null,
            "a row 3 has 1 columns, not 3",
            "a row 4 has 2 columns, not 3",
            "a row 5 has 4 columns, not 3",
            null);
    assertThat(json(events).get(3)).isEqualTo("ada,2011");
  }

  @Test
  void brokenJsonLinesAreSentAsTheyStand() throws Exception {
    var events = read(mapping("    format: jsonl\n"), file("a.jsonl", "{\"who\":\nnull\n"));
    assertThat(json(events)).containsExactly("{\"who\":", "null");
    assertThat(events).extracting(ReplayEvent::unmappable).doesNotContainNull();
  }

  @Test
  void mergesFilesByTimeAndKeepsUntimedRowsInTheirPlace() throws Exception {
    var a = file("a.csv", "who,at,what\nada,2011-01-01 00:01,1\nada,?,2\nada,2011-01-01 00:05,3\n");
    var b = file("b.csv", "who,at,what\nbob,2011-01-01 00:00,1\nbob,2011-01-01 00:02,2\n");
    assertThat(json(read(mapping(""), a, b)))
        .extracting(text -> text.substring(14, 17))
        .containsExactly("b-1", "a-1", "a-2", "b-2", "a-3");
  }

  @Test
  void sortsAFileThatIsOutOfOrderWhenToldTo() throws Exception {
    var a = file("a.csv", "who,at,what\nada,2011-01-01 00:05,1\nada,2011-01-01 00:01,2\n");
    assertThat(read(mapping("    order: by-time\n"), a))
        .isSortedAccordingTo(java.util.Comparator.comparing(ReplayEvent::at));
    assertThat(read(mapping(""), a).get(0).at()).isEqualTo("2011-01-01T00:05:00Z");
  }

  @Test
  void countsRowsThatTheMappingSkips() throws Exception {
    var mapping = mapping("    skip:\n      - {column: what, equals: note}\n");
    var file = file("a.csv", "who,at,what\nada,2011-01-01 00:05,note\nada,2011-01-01 00:05,tea\n");
    try (var reader = ReplayReader.open(mapping, List.of(file))) {
      reader.forEachRemaining(event -> {});
      assertThat(reader.rows()).isEqualTo(2);
      assertThat(reader.skipped()).isEqualTo(1);
      assertThat(reader.bytesRead()).isEqualTo(reader.bytesTotal());
    }
  }

  @Test
  void refusesFilesThatTheMappingIsNotFor() {
    var shipped = ReplayMapping.load("complete-journey");
    assertThatThrownBy(() -> read(shipped, file("other.csv", "")))
        .hasMessageContainingAll("other.csv", "transactions*.csv*");
    assertThatThrownBy(() -> read(mapping(""), file("a.csv", "who,when\n")))
        .hasMessageContainingAll("a.csv", "'at'", "[when, who]");
  }
}
